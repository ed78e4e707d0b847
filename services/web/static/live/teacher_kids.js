// Students as tiles of a phone, and what the office did not take.
import { html, Icon, Still } from "./html.js";
import { look, say, SHAPES } from "./words.js";
import { awayText } from "./places.js";

const SHORT = { elsewhere: "someone_else", left: "left_short" };

export function Kids({ phone, students, label, children = null }) {
  const { outbox, incident, names, roll } = phone;
  const short = names.short(students.map((one) => one.id));
  const own = (one) => outbox.said(incident.id, one.id).length > 0;
  const bulk = outbox.restOf(incident.id, roll.chosen) > 0;
  return html`<ul class="kids" aria-label=${label}>
    ${students.map((one) => html`<${Kid} key=${one.id} id=${one.id} state=${one.state}
      unsent=${one.unsent} contradicted=${one.contradicted} mine=${own(one) || bulk}
      away=${awayText(one.state, one.why, phone.context.zone)} given=${short.get(one.id)?.given ?? "…"} rest=${short.get(one.id)?.rest ?? ""} phone=${phone} />`)}
    ${children}</ul>`;
}

class Kid extends Still {
  render({ id, state, unsent, contradicted, mine, away, given, rest, phone }) {
    const word = contradicted
      ? say("differ")
      : away || say(state === "with" && mine ? "with_me" : (SHORT[state] ?? `state_${state}`));
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

export function Refused({ phone }) {
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
