// Find a student or a room: "/" from anywhere on the page.
import { html, Icon } from "./html.js";
import { look, say, SHAPES } from "./words.js";
import { folded } from "./names.js";
import { counts, roomKey } from "./places.js";

const MOST = 8;

export function FindBox({ board }) {
  const { text } = board;
  const results = text.trim() ? found(board, folded(text.trim())) : null;
  return html`<div class="boardfind" role="search">
    <label class="vh" for="board-find">${say("find_label")}</label>
    <input id="board-find" type="search" autocomplete="off" placeholder=${say("find_label")} value=${text}
      onInput=${(event) => board.change({ text: event.target.value })} />
    ${results && html`<ul class="findings">${results.length
      ? results.map((one) => html`<li key=${one.id}>${one.line}</li>`)
      : html`<li>${say("find_none")}</li>`}</ul>`}
  </div>`;
}

function found(board, wanted) {
  const parts = wanted.split(/\s+/);
  const fits = (name) => {
    const words = folded(name).split(/[\s-]+/);
    return parts.every((part) => words.some((word) => word.startsWith(part)));
  };
  const rows = [...board.socket.picture.rows.values()].filter(counts);
  const rooms = [...new Set(rows.map(roomKey))].filter((id) => fits(board.room(id)));
  const students = rows.filter((row) => fits(board.names.full(row[0])));
  return [
    ...rooms.map((id) => ({ id, line: roomLine(board, id) })),
    ...students.slice(0, MOST).map((row) => ({ id: row[0], line: studentLine(board, row) })),
  ].slice(0, MOST);
}

function roomLine(board, id) {
  const open = () => {
    board.openRooms.add(id);
    board.change({ text: "", foldOpen: true });
    const line = document.querySelector(`[data-room="${CSS.escape(board.room(id))}"]`);
    line?.scrollIntoView({ block: "center" });
    line?.querySelector("button")?.focus();
  };
  return html`<button class="link aslink" type="button" onClick=${open}><bdi>${board.room(id)}</bdi></button>`;
}

function studentLine(board, row) {
  const [id, state] = row;
  return html`<span class=${`chip ${look(state)}`}><${Icon} name=${SHAPES[state]} /> ${say(`state_${state}`)}</span>
    <b dir="auto">${board.names.full(id)}</b>, <bdi>${board.room(roomKey(row))}</bdi>`;
}
