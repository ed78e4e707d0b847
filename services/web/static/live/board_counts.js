// Counts in the fixed order: number, word, shape and colour. What we do not know is the biggest.
import { html, Icon, Still } from "./html.js";
import { look, minutes, ORDER, say, SHAPES } from "./words.js";

const LOUD = new Set(["unknown", "missing", "injured"]);
const NAMED = 3;

export function Counts({ sums, rooms, board }) {
  return html`<dl class="counts counts--eight">${ORDER.map(
    (state) => html`<${Count} key=${state} state=${state} n=${sums[state]}
      note=${note(state, rooms, board)} />`,
  )}</dl>`;
}

class Count extends Still {
  render({ state, n, note: text }) {
    const quiet = n === 0 ? "is-none" : LOUD.has(state) ? "" : "quiet";
    return html`<div class=${`count ${look(state)} ${quiet}`} data-count=${state}>
      <dt><${Icon} name=${SHAPES[state]} /> ${say(state === "elsewhere" ? "count_elsewhere" : `state_${state}`)}</dt>
      <dd class="count__n">${n}</dd>
      <dd class="count__note">${text}</dd>
    </div>`;
  }
}

function note(state, rooms, board) {
  const here = rooms.filter((room) => room.by[state] > 0);
  if (state === "elsewhere") return say("not_confirmed");
  if (!here.length) return "";
  if (state === "unknown") return unknownNote(here, board);
  if (!LOUD.has(state)) return "";
  const named = here.slice(0, NAMED).map((room) => board.room(room.id));
  const more = here.length > NAMED ? ` ${say("more", { n: here.length - NAMED })}` : "";
  return named.join(", ") + more;
}

function unknownNote(here, board) {
  const started = Date.parse(board.socket.picture.incident.started);
  const since = (room) => (room.word ? Date.parse(room.word) : started);
  const oldest = here.reduce((a, b) => (since(b) < since(a) ? b : a));
  const ago = minutes(board.socket.now() - since(oldest), Boolean(oldest.word));
  const where = say("n_rooms", { n: here.length });
  return `${where}. ${say("oldest_word", { minutes: ago, room: board.room(oldest.id) })}`;
}
