// Rooms: unknown first, then missing and injured; those that are done are folded into one line.
import { html, Icon, Still } from "./html.js";
import { ACCOUNTED, look, minutes, ORDER, say, SHAPES } from "./words.js";
import { ranked } from "./board_sums.js";
import { whyText } from "./places.js";

const SHOWN = ORDER.filter((state) => !ACCOUNTED.has(state));

export function Rooms({ board, rooms }) {
  const sorted = ranked(rooms, (id) => board.room(id));
  const open = sorted.filter((room) => room.open > 0 || room.differ > 0);
  const done = sorted.filter((room) => room.open === 0 && room.differ === 0);
  return html`<section class="card" aria-labelledby="rooms"><header><h2 id="rooms">${say("rooms")}</h2></header>
    ${!rooms.length && html`<p class="card__body">${say("none_expected")}</p>`}
    <table class="table roomtable" hidden=${!rooms.length}><thead><tr><th scope="col">${say("room_head")}</th><th scope="col">${say("adult")}</th>
      <th scope="col">${say("not_yet")}</th><th scope="col" class="end">${say("accounted_head")}</th>
      <th scope="col" class="end">${say("last_word")}</th></tr></thead>
    ${open.map((room) => line(board, room))}
    ${done.length > 0 && html`<tbody key="done"><tr class="donerow"><th scope="row">${say("rooms_done", { n: done.length })}</th>
      <td colspan="2"><div class="chips"><${Done} done=${done} /></div></td>
      <td class="end" colspan="2"><button class="link aslink" type="button" aria-expanded=${board.foldOpen}
        onClick=${() => board.change({ foldOpen: !board.foldOpen })}>${say(board.foldOpen ? "fold" : "show")}</button></td></tr></tbody>`}
    ${board.foldOpen && done.map((room) => line(board, room))}
    </table></section>`;
}

/** What a room holds that is accounted for: left is not. */
function accounted(room) {
  return room.expected - room.open - (room.by.left ?? 0);
}

function Done({ done }) {
  const sum = (of) => done.reduce((total, room) => total + of(room), 0);
  const [here, left] = [sum(accounted), sum((room) => room.by.left ?? 0)];
  return html`${here > 0 && html`<span class="chip st-with"><${Icon} name="s-with" /> ${say("all_accounted")} <b>${here}</b></span>`}
    ${left > 0 && html`<span class="chip st-left"><${Icon} name="s-left" /> ${say("state_left")} <b>${left}</b></span>`}`;
}

/** The class's teachers, or who leads the group. */
function adults(board, room) {
  const one = board.names.classes.get(room.id);
  const leaders = one?.teachers ?? new Set(room.rows.map((row) => row[5]?.[3]).filter(Boolean));
  return [...leaders].map((id) => board.names.adult(id)).join(", ");
}

function line(board, room) {
  const { incident } = board.socket.picture;
  const since = Date.parse(room.word ?? incident.started);
  const open = board.openRooms.has(room.id);
  const one = board.names.classes.get(room.id);
  return html`<${Room} key=${room.id ?? "nowhere"} id=${room.id} name=${board.room(room.id)}
    title=${one?.title ?? ""} adult=${adults(board, room)}
    heard=${room.word !== null} ago=${minutes(board.socket.now() - since, room.word !== null)} expected=${room.expected}
    chips=${SHOWN.map((state) => room.by[state] ?? 0).join()} accounted=${accounted(room)}
    differ=${room.differ} open=${open} rows=${open ? room.rows : null}
    names=${open ? board.names.version : 0} board=${board} />`;
}

class Room extends Still {
  render({ id, name, title, adult, heard, ago, expected, chips, accounted, differ, open, rows, board }) {
    const counts = chips.split(",").map(Number);
    return html`<tbody data-room=${name}><tr class=${counts[0] ? "is-unknown" : ""}>
      <th scope="row"><button class="link aslink" type="button" aria-expanded=${open} title=${title}
        onClick=${() => board.toggle(id)}><bdi>${name}</bdi></button></th>
      <td dir="auto">${adult}${!heard && html`<br /><span class="muted">${say("no_word")}</span>`}</td>
      <td><div class="chips">${SHOWN.map((state, i) => counts[i] > 0 && html`<span class=${`chip ${look(state)}`} key=${state}>
        <${Icon} name=${SHAPES[state]} /> ${say(state === "elsewhere" ? "count_elsewhere" : `state_${state}`)} <b>${counts[i]}</b></span>`)}
        ${differ > 0 && html`<span class="chip" key="differ"><${Icon} name="i-two" /> ${say("differ")} <b>${differ}</b></span>`}
        ${accounted === expected && !differ && html`<span class="chip st-with" key="all"><${Icon} name="s-with" /> ${say("all_accounted")}</span>`}</div></td>
      <td class="end">${say("n_of", { n: accounted, total: expected })}</td>
      <td class="end">${ago}</td></tr>
      ${open && html`<tr><td colspan="5"><${Students} names=${board.names} rows=${rows} zone=${board.zone} /></td></tr>`}</tbody>`;
  }
}

function Students({ names, rows, zone }) {
  const rank = (row) => ORDER.indexOf(row[1]);
  const sorted = [...rows].sort((a, b) => rank(a) - rank(b) || names.place(a[0]) - names.place(b[0]));
  return html`<ul class="students">${sorted.map(([id, state, , , differ, why]) => html`<${Student} key=${id}
    id=${id} state=${state} differ=${Boolean(differ)} name=${names.full(id)} why=${whyText(why, zone)} />`)}</ul>`;
}

class Student extends Still {
  render({ id, state, differ, name, why }) {
    return html`<li data-student=${id} data-state=${state}><span class=${`chip ${look(state)}`}>
      <${Icon} name=${SHAPES[state]} /> ${say(`state_${state}`)}</span> <span dir="auto">${name}</span>
      ${why && html`<small dir="auto">${why}</small>`} ${differ && html`<small>${say("differ")}</small>`}</li>`;
  }
}
