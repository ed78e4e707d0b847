// "Who is with you?": no class meets now. Empty, with a search and a headcount.
import { Component, html, Icon } from "./html.js";
import { roomName, say } from "./words.js";
import { folded } from "./names.js";
import { Moment } from "./moment.js";
import { modeWord } from "./incident.js";
import { Kids, Refused } from "./teacher_kids.js";
import { SyncLine } from "./sync_line.js";

const PAUSE = 200;
const MOST = 8;

export function WithMePage({ phone, drill }) {
  const { roll, socket, names, context } = phone;
  const students = roll.counted ? roll.students() : [];
  return html`<main id="main" class="withme">
      <div class="phone__class"><div><h2>${say("who_is_with_you")}</h2>
        <p class="small">${students.length ? say("with_listed", { n: students.length }) : say("with_none")}</p></div>
        <button class="link small aslink" type="button" onClick=${() => phone.go({ name: "choose" })}>
          ${say(names.own.length ? "my_classes" : "other_class")}</button></div>
      <${SyncLine} phone=${phone} />
      <${Refused} phone=${phone} />
      ${roll.counted
        ? html`<${Moment} picture=${socket.picture} zone=${context.zone} look="pad small" />`
        : html`<p class="pad counting">${say("counting")}</p>`}
      <${Search} phone=${phone} here=${students} />
      ${students.length > 0 && html`<${Kids} phone=${phone} students=${students} label=${say("with_listed", { n: students.length })} />`}
    </main>
    <${Heads} phone=${phone} listed=${students.filter((one) => one.state === "with").length} word=${drill ? modeWord(phone.incident) : ""} />`;
}

/** One tap on a name says "with me"; a tap on the tile changes it or takes it back. */
class Search extends Component {
  constructor() {
    super();
    this.state = { text: "", found: [], asked: "", failed: false };
    this.timer = 0;
  }

  componentWillUnmount() {
    clearTimeout(this.timer);
  }

  typed(text) {
    this.setState({ text, found: [], asked: "" });
    clearTimeout(this.timer);
    if (text.trim().length > 1) this.timer = setTimeout(() => this.ask(text.trim()), PAUSE);
  }

  async ask(text) {
    const { names } = this.props.phone;
    const found = await names.find(text);
    if (this.state.text.trim() !== text) return;
    this.setState({ found: found ?? known(names, text), asked: text, failed: found === null });
  }

  pick(id) {
    this.props.phone.roll.mark(id, "with");
    this.setState({ text: "", found: [], asked: "" });
    this.input?.focus();
  }

  render({ phone, here }, { text, found, asked, failed }) {
    const { names } = phone;
    const listed = new Set(here.map((one) => one.id));
    const home = (id) => names.classes.get(names.students.get(id)?.homeroom);
    const others = found.filter((id) => !listed.has(id)).slice(0, MOST);
    return html`<div class="pad stack">
      <p class="field"><label for="find">${say("with_find")}</label>
        <input id="find" type="search" autocomplete="off" value=${text} ref=${(element) => { this.input = element; }}
          onInput=${(event) => this.typed(event.target.value)} /></p>
      ${failed && html`<p class="sync sync--wait"><${Icon} name="i-nonet" /> <span>${say("with_local")}</span></p>`}
      ${asked && !found.length && html`<p>${say("find_none")}</p>`}
      ${others.length > 0 && html`<ul class="found">${others.map((id) => html`<li key=${id}><button class="btn" type="button"
        data-add=${id} onClick=${() => this.pick(id)}><${Icon} name="s-with" />
        <span dir="auto">${names.full(id)}<small>${say("grade", { grade: names.students.get(id).grade })}
          · <bdi>${roomName(home(id)?.room, home(id)?.title)}</bdi></small></span></button></li>`)}</ul>`}</div>`;
  }
}

/** Students whose names are on this phone: those of its owner's own classes. */
function known(names, text) {
  const parts = folded(text).split(/\s+/);
  const fits = (id) => {
    const words = folded(names.full(id)).split(/[\s-]+/);
    return parts.every((part) => words.some((word) => word.startsWith(part)));
  };
  return [...names.students.keys()].filter(fits);
}

/** A count is told to the office as it was made, also when it differs from who is listed. */
class Heads extends Component {
  constructor() {
    super();
    this.state = { text: "" };
  }

  send(event) {
    event.preventDefault();
    const { phone, listed } = this.props;
    const n = Number(this.state.text);
    const { outbox, roll } = phone;
    outbox.note(roll.incident, "heads", n);
    outbox.add(roll.incident, "note", { text: say("with_note", { n, listed }) });
    this.setState({ text: "" });
  }

  render({ phone, listed, word }, { text }) {
    const n = phone.outbox.noted(phone.roll.incident, "heads");
    const differs = n > listed ? say("with_more", { n: n - listed }) : n < listed ? say("with_fewer") : "";
    return html`<form class="phone__do heads-form" onSubmit=${(event) => this.send(event)}>
      ${n !== undefined && html`<p class="small" data-heads=${n}>${say("with_sent", { n })} ${differs}</p>`}
      <div class="headsrow"><label for="heads">${say("with_heads")}</label>
        <input id="heads" inputmode="numeric" pattern="[0-9]*" maxlength="3" autocomplete="off" value=${text}
          onInput=${(event) => this.setState({ text: event.target.value.replace(/\D/g, "") })} />
        <button class="btn btn--act" disabled=${!text}>${say("with_send")}</button></div>
      ${word && html`<p class="done">${word}</p>`}</form>`;
  }
}
