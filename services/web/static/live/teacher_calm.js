// No incident: the class, and the way to an emergency.
import { html, Icon } from "./html.js";
import { roomName, say } from "./words.js";
import { SyncLine } from "./sync_line.js";
import { ConnectionLine } from "./connection.js";
import { modeWord } from "./incident.js";

export function CalmPage({ phone }) {
  const { names, socket, outbox } = phone;
  const heard = socket.standing !== "connecting";
  return html`<div class="phone">
    <header class="phone__calm">
      <h1>${say(heard ? "calm" : "asking")}</h1>
      <p dir="auto">${phone.context.school}</p>
    </header>
    <main id="main" class="calm">
      ${outbox.count || outbox.refused.length
        ? html`<${SyncLine} phone=${phone} />`
        : html`<${ConnectionLine} socket=${socket} />`}
      ${phone.ended && html`<p class="over" role="status">${overText(phone.ended)}</p>`}
      ${names.loaded && !names.own.length && html`<p class="pad">${say("no_class")}</p>`}
      ${names.own.length > 0 && html`<p class="pad"><a class="btn btn--wide" href="/attendance">${say("take_attendance")}</a></p>`}
      ${names.own.map((id) => html`<${ClassList} key=${id} names=${names} id=${id} />`)}
    </main>
    <div class="phone__do"><a class="btn btn--emergency" href="/start/live">
      <${Icon} name="i-emergency" /> ${say("emergency")}</a></div>
  </div>`;
}

function overText(incident) {
  return say("over", { mode: modeWord(incident) });
}

function ClassList({ names, id }) {
  const one = names.classes.get(id);
  const roll = names.members.get(id) ?? [];
  return html`<section class="classlist" aria-labelledby=${`c-${id}`}>
    <h2 id=${`c-${id}`}><bdi>${roomName(one?.room, one?.title)}</bdi>
      <small>${say("students", { n: roll.length })}</small></h2>
    <ul>${roll.map((student) => html`<li key=${student} dir="auto">${names.full(student)}</li>`)}</ul>
  </section>`;
}
