// The office's board: every room and student of the open incident, as true as the last frame.
import { html, render } from "./html.js";
import { ORDER, roomName, say } from "./words.js";
import { counted } from "./picture.js";
import { placeName, placeOf } from "./places.js";
import { Moment } from "./moment.js";
import { LiveSocket } from "./socket.js";
import { Names } from "./names.js";
import { ConnectionLine, Speaker } from "./connection.js";
import { liveLockdown, takenOver, titled } from "./incident.js";
import { Counts } from "./board_counts.js";
import { FindBox } from "./board_find.js";
import { Rooms } from "./board_rooms.js";
import { Needs, said } from "./board_needs.js";
import { Covered, Mode, Over, TakenOver } from "./board_notices.js";
import { Sums, totals } from "./board_sums.js";

const TO_THE_LIVE_PAGE = 2500;
const ASK_AGAIN = 1000;

/** One board on one page. */
class Board {
  constructor(region) {
    const { school, incident = "", mode = "" } = region.dataset;
    this.wanted = incident;
    this.mode = mode;
    this.root = region.querySelector("[data-live]");
    this.zone = this.root.dataset.zone || undefined;
    this.root.textContent = "";
    this.names = new Names(school);
    this.speaker = new Speaker(region.querySelector("[role=status]"));
    this.sums = new Sums();
    this.openRooms = new Set();
    this.foldOpen = false;
    this.text = "";
    this.hidden = false;
    this.uncovered = false;
    this.last = null;
    this.taken = false;
    this.contradictions = new Map();
    this.finished = new Set();
    this.socket = new LiveSocket({
      school,
      view: "office",
      changed: (socket, frame) => this.heard(frame),
    });
    addEventListener("keydown", (event) => this.key(event));
  }

  start() {
    this.draw();
    this.socket.open();
  }

  heard(frame) {
    const { picture } = this.socket;
    if (frame?.t === "snapshot" || frame?.incident) this.followIncident(picture.incident);
    const needed = picture.version || (picture.incident ? 0 : -1);
    if (needed !== -1 && (needed !== this.names.version || !this.names.loaded)) {
      this.names.load(needed).then((did) => did && this.draw());
    }
    this.draw();
    if (frame) this.tell();
  }

  /** The page belongs to one incident; another one that opens takes it over or ends it. */
  followIncident(incident) {
    const before = this.last ?? (this.mode ? { mode: this.mode } : null);
    if (takenOver(before, incident) && incident.id !== this.wanted && !this.taken) {
      this.taken = true;
      setTimeout(() => location.replace(this.wanted ? "/incident" : location.href), TO_THE_LIVE_PAGE);
    }
    if (!this.wanted && incident) {
      this.wanted = incident.id;
      document.title = titled(incident, document.title);
      drawnFor(incident);
    }
    if (incident && incident.id === this.wanted) this.last = incident;
  }

  /** Whether what the socket shows is what this page is about. */
  get mine() {
    return this.socket.picture.incident?.id === this.wanted && this.wanted !== "";
  }

  get covered() {
    return liveLockdown(this.socket.picture.incident) && !this.uncovered;
  }

  change(values) {
    Object.assign(this, values);
    this.draw();
  }

  toggle(classId) {
    if (!this.openRooms.delete(classId)) this.openRooms.add(classId);
    this.draw();
  }

  key(event) {
    const typing = event.target.closest?.("input, textarea, select");
    if (event.key === "/" && !typing && !this.hidden) {
      event.preventDefault();
      document.getElementById("board-find")?.focus();
    } else if (event.key === "Escape") {
      if (typing && this.text) this.change({ text: "" });
      else this.change({ hidden: true, uncovered: false });
    }
  }

  /** "Room 12 done. 3 rooms left. 1 missing." */
  tell() {
    const { picture } = this.socket;
    if (!this.mine || !counted(picture) || this.covered || this.hidden) return;
    const rooms = this.sums.of(picture);
    const left = rooms.filter((room) => room.open > 0);
    const done = rooms.filter((room) => !room.open && !this.finished.has(room.id));
    if (this.finished.size || !done.length) {
      const names = done.slice(0, 2).map((room) => say("spoken_room", { room: this.room(room.id) }));
      const { unknown, missing } = totals(rooms);
      this.speaker.say([...names, say("spoken", { rooms: left.length, unknown, missing })].join(" "));
    }
    this.finished = new Set(rooms.filter((room) => !room.open).map((room) => room.id));
  }

  room(key) {
    if (key === null) return say("nowhere");
    if (placeOf(key)) return placeName(key);
    const one = this.names.classes.get(key);
    return one ? roomName(one.room, one.title) : "…";
  }

  draw() {
    render(html`<${Page} board=${this} />`, this.root);
    const tell = this.mine && !this.covered ? said(this) : null;
    tell?.then((changed) => changed && this.draw());
  }
}

function Page({ board }) {
  const { socket, hidden, taken } = board;
  if (taken) return html`<${TakenOver} />`;
  if (socket.signedOut) return html`<${ConnectionLine} socket=${socket} />`;
  if (hidden) {
    return html`<${Covered} title=${say("hidden")} note="" show=${() => board.change({ hidden: false })} />`;
  }
  if (socket.standing === "connecting") return html`<${ConnectionLine} socket=${socket} />`;
  if (board.covered && board.mine) {
    return html`<${ConnectionLine} socket=${socket} /><${Covered} title=${say("covered")}
      note=${say("covered_note")} show=${() => board.change({ uncovered: true })} />`;
  }
  return html`${board.mine && !board.mode && html`<${Mode} incident=${board.last} />`}
    <div class="spread boardbar"><${ConnectionLine} socket=${socket} />
      <div class="row"><${FindBox} board=${board} />
      <button class="btn" type="button" onClick=${() => board.change({ hidden: true })}>${say("hide")}</button></div></div>
    ${board.mine ? html`<${Figures} board=${board} />` : html`<${Over} board=${board} />`}`;
}

function Figures({ board }) {
  const { picture } = board.socket;
  if (!counted(picture)) {
    return html`<p class="counting-now" data-counting>${say("counting")}</p>`;
  }
  const rooms = board.sums.of(picture);
  const sums = totals(rooms);
  const total = ORDER.reduce((sum, state) => sum + (sums[state] ?? 0), 0);
  return html`<${Moment} picture=${picture} zone=${board.zone} />
    <h2 class="vh">${say("counts", { total })}</h2>
    <${Counts} sums=${sums} rooms=${rooms} board=${board} total=${total} />
    <div class="cols two boardcols">
      <${Rooms} board=${board} rooms=${rooms} />
      <${Needs} board=${board} />
    </div>`;
}

/** A calm page on which something starts is drawn again, with that incident's frame and colours. */
async function drawnFor(incident) {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  const page = answer?.ok ? await answer.text().catch(() => "") : "";
  if (page.includes(`data-incident="${incident.id}"`)) location.reload();
  else setTimeout(() => drawnFor(incident), ASK_AGAIN);
}

const region = document.getElementById("board");
if (region) new Board(region).start();
