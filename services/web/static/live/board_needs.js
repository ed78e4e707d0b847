// "Needs a person": contradictions, missing and injured. Nothing is resolved silently.
import { html, Icon } from "./html.js";
import { look, say, SHAPES } from "./words.js";
import { get } from "./api.js";
import { clock, counts, roomKey, whyText } from "./places.js";

const MOST = 8;
const RANK = ["missing", "injured", "elsewhere"];

export function Needs({ board }) {
  const rows = [...board.socket.picture.rows.values()].filter(
    (row) => counts(row) && (row[4] || RANK.includes(row[1])),
  );
  const rank = (row) => (row[4] ? -1 : RANK.indexOf(row[1]));
  rows.sort((a, b) => rank(a) - rank(b) || b[2] - a[2]);
  return html`<section class="card" aria-labelledby="needs"><header><h2 id="needs">${say("needs")}</h2>
      <p class="small muted">${rows.length || ""}</p></header>
    <div class="card__body">${rows.length === 0
      ? html`<p class="muted">${say("needs_none")}</p>`
      : html`<ul class="need">${rows.slice(0, MOST).map((row) => html`<${Case} key=${row[0]} row=${row} board=${board} />`)}</ul>`}
      ${rows.length > MOST && html`<p class="small">${say("more", { n: rows.length - MOST })}</p>`}</div></section>`;
}

function Case({ row, board }) {
  const [id, state, , , differ, why] = row;
  const heard = differ ? (board.contradictions.get(id) ?? []) : [];
  return html`<li data-needs=${id}><p><span class=${`chip ${look(state)}`}><${Icon} name=${SHAPES[state]} />
      ${say(`state_${state}`)}</span> <b dir="auto">${board.names.full(id)}</b>, <bdi>${board.room(roomKey(row))}</bdi>
      ${why && html`<small dir="auto">${whyText(why, board.zone)}</small>`}</p>
    ${differ && html`<p class="small"><b>${say("differ")}</b>, ${say("both_kept")}</p>`}
    ${heard.length > 0 && html`<ul class="heard small">${heard.map((one, i) => html`<li key=${i}>${quoted(one, board)}</li>`)}</ul>`}</li>`;
}

function quoted(one, board) {
  const at = clock(Date.parse(one.at), board.zone);
  const log = one.observer === "system" && say("the_log");
  const who = log || one.told_by || board.names.adult(one.observer) || say("someone");
  return say("said_by", { state: say(`state_${one.state}`), who, at });
}

/** Ask who said what, when there are other contradictions than before. Tells whether it did. */
export async function said(board) {
  const rows = [...board.socket.picture.rows.values()].filter((row) => row[4]);
  const key = rows.map((row) => `${row[0]}:${row[2]}`).join();
  if (key === (board.asked ?? "")) return false;
  board.asked = key;
  if (!key) return false;
  const answer = await get(`/api/v1/schools/${board.socket.school}/contradictions`);
  if (answer.status !== 200) {
    board.asked = null;
    return false;
  }
  board.contradictions = new Map(answer.body.map((one) => [one.student, one.observations]));
  return true;
}
