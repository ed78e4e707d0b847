// The class in an incident: 28 students on one screen, the main action under the thumb.
import { Component, html, Icon, Still } from "./html.js";
import { look, ORDER, roomName, say, SHAPES } from "./words.js";
import { actionsFor, directive, modeWord, term } from "./incident.js";
import { SyncLine } from "./sync_line.js";
import { StudentSheet } from "./teacher_sheet.js";
import { HeadcountPage } from "./teacher_headcount.js";
import { FindPage } from "./teacher_find.js";
import { ChoosePage } from "./teacher_choose.js";

const SCREENS = { student: StudentSheet, headcount: HeadcountPage, find: FindPage, choose: ChoosePage };

const SHORT = { elsewhere: "someone_else" };

export function ClassPage({ phone }) {
  const { incident, roll, screen } = phone;
  const drill = incident.mode !== "live";
  const chosen = roll.chosen;
  const Other = chosen === undefined && screen.name !== "find" ? ChoosePage : SCREENS[screen.name];
  return html`<div class=${drill ? "phone drill drill-phone" : "phone live"}>
    <${Band} phone=${phone} drill=${drill} />
    <${StatusLine} speaker=${phone.speaker} />
    ${Other ? html`<${Other} phone=${phone} />` : html`<${Grid} phone=${phone} drill=${drill} />`}
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
  const { roll, names } = phone;
  const students = roll.counted || roll.chosen === "" ? roll.students() : [];
  const short = names.short(students.map((one) => one.id));
  const own = (one) => phone.outbox.said(phone.incident.id, one.id).length > 0;
  const bulk = phone.outbox.restOf(phone.incident.id, roll.chosen) > 0;
  return html`<main id="main">
      <${Head} phone=${phone} students=${students} />
      <${SyncLine} phone=${phone} />
      <${Refused} phone=${phone} />
      ${!roll.counted && html`<p class="pad counting">${say("counting")}</p>`}
      <ul class="kids" aria-label=${say("students_of", { room: placeName(phone) })}>
        ${students.map((one) => html`<${Kid} key=${one.id} id=${one.id} state=${one.state}
          unsent=${one.unsent} contradicted=${one.contradicted} mine=${own(one) || bulk}
          given=${short.get(one.id)?.given ?? "…"} rest=${short.get(one.id)?.rest ?? ""} phone=${phone} />`)}
        <li class="kids__find"><button class="kid kid--find" type="button"
          onClick=${() => phone.go({ name: "find" })}><${Icon} name="s-extra" /> ${say("extra")}</button></li>
      </ul>
    </main>
    <${Bottom} phone=${phone} students=${students} drill=${drill} />`;
}

/** "Room 12" of the class that was chosen. */
export function placeName(phone) {
  const one = phone.names.classes.get(phone.roll.chosen);
  return one ? roomName(one.room, one.title) : say("no_class_chosen");
}

function Head({ phone, students }) {
  const n = students.length;
  const own = phone.names.own.includes(phone.roll.chosen);
  const key = phone.roll.chosen === "" ? "with_you" : own ? "your_class" : "this_class";
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

class Kid extends Still {
  render({ id, state, unsent, contradicted, mine, given, rest, phone }) {
    const word = contradicted
      ? say("differ")
      : say(state === "with" && mine ? "with_me" : (SHORT[state] ?? `state_${state}`));
    const plain = state === "unknown" && !contradicted;
    const long = (plain ? given : `${given} ${rest}`).length > 9 ? " kid--long" : "";
    return html`<li><button class=${`kid ${look(state)}${long}`} type="button" data-student=${id}
      data-state=${state} onClick=${() => phone.go({ name: "student", id })}>
      <${Icon} name=${SHAPES[state]} />
      <span><b dir="auto">${given}${plain ? "" : ` ${rest}`}</b>
        <small>${plain ? rest : word}
          ${unsent && html` <${Icon} name="i-unsent" /><span class="vh">${say("not_sent")}</span>`}
        </small>${plain && html`<span class="vh">, ${word}</span>`}</span></button></li>`;
  }
}

function Refused({ phone }) {
  const { outbox, names } = phone;
  return outbox.refused.map(
    (op) => html`<div class="refused" key=${op.op} data-refused=${op.refused.code}>
      <p><b>${say("refused")}</b> ${refusedWhat(op, names)} ${op.refused.reason}</p>
      <button class="btn" type="button" onClick=${() => outbox.dismiss(op.op)}>${say("put_away")}</button>
    </div>`,
  );
}

function refusedWhat(op, names) {
  const marks = (op.body.marks ?? []).map((m) => `${names.full(m.student)}: ${say(`state_${m.state}`)}.`);
  return op.body.rest ? say("refused_rest", { n: op.body.rest.students.length }) : marks.join(" ");
}

function Bottom({ phone, students, drill }) {
  const { roll, outbox, incident } = phone;
  const word = drill ? modeWord(incident) : "";
  const unknown = students.filter((one) => one.state === "unknown").map((one) => one.id);
  const last = (text) => (word ? `${word} · ${text} · ${word}` : text);
  if (!students.length) return drill && html`<div class="phone__do"><p class="done">${word}</p></div>`;
  if (!unknown.length) {
    const rest = outbox.restOf(incident.id, roll.chosen);
    return html`<div class="phone__do phone__do--done"><p class="done">${last(say("all_marked"))}</p>
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
