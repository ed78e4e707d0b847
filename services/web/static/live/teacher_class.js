// The class in an incident: 28 students on one screen, the main action under the thumb.
import { Component, html, Icon } from "./html.js";
import { ORDER, roomName, say } from "./words.js";
import { actionsFor, directive, modeWord, term } from "./incident.js";
import { SyncLine } from "./sync_line.js";
import { StudentSheet } from "./teacher_sheet.js";
import { HeadcountPage } from "./teacher_headcount.js";
import { FindPage } from "./teacher_find.js";
import { ChoosePage } from "./teacher_choose.js";
import { WithMePage } from "./teacher_with.js";
import { Kids, Refused } from "./teacher_kids.js";

const SCREENS = { student: StudentSheet, headcount: HeadcountPage, find: FindPage, choose: ChoosePage };

export function ClassPage({ phone }) {
  const { incident, roll, screen } = phone;
  const drill = incident.mode !== "live";
  const chosen = roll.chosen;
  const Other = chosen === undefined && screen.name !== "find" ? ChoosePage : SCREENS[screen.name];
  const Main = chosen === "" ? WithMePage : Grid;
  return html`<div class=${drill ? "phone drill drill-phone" : "phone live"}>
    <${Band} phone=${phone} drill=${drill} />
    <${StatusLine} speaker=${phone.speaker} />
    ${Other ? html`<${Other} phone=${phone} />` : html`<${Main} phone=${phone} drill=${drill} />`}
  </div>`;
}

function Band({ phone, drill }) {
  const { incident } = phone;
  const actions = actionsFor(incident, phone.rooms);
  const word = modeWord(incident);
  return html`<header class=${drill ? "phone__band drill-band" : "phone__band"}>
    <h1 lang="en">${drill && html`<span class="mode mode--first">${word}</span>`}
      ${actions.slice(0, 1).map((one) => html`<${Icon} name=${`a-${one.call.kind}`} /> <span>${term(one)}</span>`)}
      <span class="mode">${word}</span></h1>
    ${phone.takenOver
      ? html`<p><b>${say("taken_over")}</b></p>`
      : html`<p dir="auto">${actions.slice(0, 1).map(directive)}${actions
          .slice(1)
          .map((one) => ` · ${term(one)}`)}</p>`}
  </header>`;
}

/** The page's one status line; the phone speaks through it. */
class StatusLine extends Component {
  componentDidMount() {
    this.props.speaker.line = this.line;
  }

  componentWillUnmount() {
    this.props.speaker.line = null;
  }

  shouldComponentUpdate() {
    return false;
  }

  render() {
    return html`<p class="vh" role="status" ref=${(element) => { this.line = element; }}></p>`;
  }
}

function Grid({ phone, drill }) {
  const { roll } = phone;
  const students = roll.counted ? roll.students() : [];
  return html`<main id="main">
      <${Head} phone=${phone} students=${students} />
      <${SyncLine} phone=${phone} />
      <${Refused} phone=${phone} />
      ${!roll.counted && html`<p class="pad counting">${say("counting")}</p>`}
      <${Kids} phone=${phone} students=${students} label=${say("students_of", { room: placeName(phone) })}>
        <li class="kids__find"><button class="kid kid--find" type="button"
          onClick=${() => phone.go({ name: "find" })}><${Icon} name="s-extra" /> ${say("extra")}</button></li>
      </${Kids}>
    </main>
    <${Bottom} phone=${phone} students=${students} drill=${drill} />`;
}

/** "Room 12" of the class that was chosen. */
export function placeName(phone) {
  const one = phone.names.classes.get(phone.roll.chosen);
  return one ? roomName(one.room, one.title) : say("no_room");
}

function Head({ phone, students }) {
  const n = students.length;
  const own = phone.names.own.includes(phone.roll.chosen);
  const key = own ? "your_class" : "this_class";
  return html`<div class="phone__class">
    <div><h2 dir="auto">${say(key, { room: placeName(phone), n })}</h2>
      <p class="small">${sums(students) || say("nobody_yet")}</p></div>
    <button class="link small aslink" type="button" onClick=${() => phone.go({ name: "choose" })}>
      ${say("not_mine")}</button>
  </div>`;
}

/** "26 unknown, 1 missing, 1 absent" */
export function sums(students) {
  return ORDER.map((state) => [state, students.filter((one) => one.state === state).length])
    .filter(([, n]) => n > 0)
    .map(([state, n]) => say(`n_${state}`, { n }))
    .join(", ");
}

function Bottom({ phone, students, drill }) {
  const { roll, outbox, incident } = phone;
  const word = drill ? modeWord(incident) : "";
  const open = students.filter((one) => one.state === "unknown");
  const unknown = open.filter((one) => !one.away).map((one) => one.id);
  const last = (text) => (word ? `${word} · ${text} · ${word}` : text);
  if (!students.length) return drill && html`<div class="phone__do"><p class="done">${word}</p></div>`;
  if (!unknown.length) {
    const done = !open.length;
    const rest = outbox.restOf(incident.id, roll.chosen);
    return html`<div class="phone__do phone__do--done"><p class="done">${last(done ? say("all_marked") : sums(open))}</p>
      ${rest > 0 && html`<button class="btn btn--second" type="button"
        onClick=${() => roll.takeBackRest()}>${say("take_back_rest")}</button>`}</div>`;
  }
  const asks = actionsFor(incident, phone.rooms)[0]?.call.kind === "evacuate";
  const n = unknown.length;
  const press = () => (asks ? phone.go({ name: "headcount", ids: unknown }) : roll.rest(unknown));
  return html`<div class="phone__do"><button class="btn btn--act" type="button" onClick=${press}>
    <span>${say(n === students.length ? "all_with_me" : "others_with_me", { n })}
      <small>${last(say(asks ? (word ? "headcount_short" : "headcount_next") : "one_tap"))}</small></span></button></div>`;
}
