// A phone in a dark room: black, silent. No roll, no live region, no focus moved, nothing that moves.
import { Component, html } from "./html.js";
import { say } from "./words.js";
import { modeWord } from "./incident.js";

const TOLD = ["help", "injured", "missing_here", "extra_here"];

export class LockdownPage extends Component {
  constructor() {
    super();
    this.state = { silenced: false, telling: false };
  }

  render({ phone }, { silenced, telling }) {
    const { held } = phone.latch;
    const drill = held.mode !== "live";
    const word = drill && html`<p class="where"><b>${say(`mode_${held.mode}`)}</b></p>`;
    return html`<main class=${drill ? "dark dark--drill" : "dark"} id="main">
      ${word}
      <h1>${say("lockdown")}</h1>
      <p class="dir" lang="en">Locks, Lights, Out${"\u00a0"}of${"\u00a0"}Sight.</p>
      ${phone.takenOver && html`<p class="where"><b>${say("taken_over")}</b></p>`}
      <${Where} phone=${phone} />
      <div class="quiet">
        ${held.ended && !held.rooms.length && html`<button type="button"
          onClick=${() => phone.latch.release()}>${say("door_opened")}</button>`}
        <button type="button" aria-pressed=${silenced} onClick=${() => this.setState({ silenced: true })}>
          ${say(silenced ? "silenced" : "silence")}</button>
        ${telling
          ? html`<${Tell} phone=${phone} done=${() => this.setState({ telling: false })} />`
          : html`<button type="button" class="tell" onClick=${() => this.setState({ telling: true })}>
              ${say("tell_office")}</button>`}
        <p class="note">${told(phone)}</p>
      </div>
      ${word}
    </main>`;
  }
}

function Where({ phone }) {
  const { incident, held } = phone.latch;
  const school = phone.context.school;
  if (incident?.corrected) return html`<p class="where">${say("lockdown_error")}</p>`;
  return html`
    <p class="where"><bdi>${school}</bdi>. ${held.mode === "live" ? say("mode_live_small") : ""}</p>
    <p class="where">${say(held.ended ? "lockdown_closed" : "lockdown_door")}</p>`;
}

/** What became of what was told, without a sound. */
function told({ outbox, socket, latch }) {
  if (outbox.signedOut || socket.signedOut) return say("sync_signed_out", { n: outbox.count });
  if (outbox.count && (outbox.cut || socket.standing !== "live")) {
    return say("sync_saved", { n: outbox.count });
  }
  if (outbox.count) return say("sync_sending", { n: outbox.count });
  if (outbox.noted(latch.held.incident, "told")) return say("told_received");
  return say("lockdown_note");
}

class Tell extends Component {
  constructor() {
    super();
    this.state = { text: "" };
  }

  send(text) {
    const { phone, done } = this.props;
    const [room] = phone.rooms;
    const where = room ? `${room}: ` : "";
    const { incident } = phone.latch.held;
    phone.outbox.note(incident, "told", true);
    phone.outbox.add(incident, "note", { text: where + text });
    done();
  }

  render({ done }, { text }) {
    return html`<div class="telling">
      <div class="pair">${TOLD.map(
        (key) => html`<button type="button" onClick=${() => this.send(say(`tell_${key}`))}>
          ${say(`tell_${key}`)}</button>`,
      )}</div>
      <label class="note" for="tell">${say("tell_label")}</label>
      <input id="tell" maxlength="400" autocomplete="off" value=${text}
        onInput=${(event) => this.setState({ text: event.target.value })} />
      <div class="pair">
        <button type="button" onClick=${done}>${say("back")}</button>
        <button type="button" class="tell" disabled=${!text.trim()}
          onClick=${() => this.send(text.trim())}>${say("tell_send")}</button>
      </div>
    </div>`;
  }
}
