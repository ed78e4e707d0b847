// A wall board: counts and rooms, readable across a room, and never a child's name.
import { html, Icon, render } from "./html.js";
import { roomName, say } from "./words.js";
import { LiveSocket } from "./socket.js";
import { Names } from "./names.js";
import { ConnectionLine, Speaker } from "./connection.js";
import { actionsFor, directive, liveLockdown, modeWord, takenOver, term, titled } from "./incident.js";
import { WallFigures } from "./wall_figures.js";
import { clock, placeName, placeOf } from "./places.js";

const TAKEN_OVER = 4000;

class Wall {
  constructor(root) {
    const { school } = document.body.dataset;
    this.root = root;
    this.context = JSON.parse(document.getElementById("live-context").textContent);
    this.names = new Names(school);
    this.speaker = new Speaker(document.querySelector("[role=status]"));
    this.hidden = false;
    this.drawn = false;
    this.incident = null;
    this.takenOverAt = -Infinity;
    this.socket = new LiveSocket({ school, view: "wall", changed: (_, frame) => this.heard(frame) });
    addEventListener("keydown", (event) => event.key === "Escape" && this.hide(true));
    document.addEventListener("visibilitychange", () => this.stayAwake());
  }

  start() {
    this.stayAwake();
    this.socket.open();
  }

  hide(hidden) {
    this.hidden = hidden;
    this.draw();
  }

  heard(frame) {
    const { incident, version } = this.socket.picture;
    if (frame) {
      if (takenOver(this.incident, incident)) this.takenOverAt = performance.now();
      this.incident = incident;
    }
    if (incident && (version !== this.names.version || !this.names.loaded)) {
      this.names.load(version).then((did) => did && this.draw());
    }
    this.draw();
  }

  /** Public and room screens go black in a live Lockdown; command's may stay. */
  get black() {
    return liveLockdown(this.incident) && !this.context.command;
  }

  room(key) {
    if (placeOf(key)) return placeName(key);
    const one = this.names.classes.get(key);
    return one ? roomName(one.room, one.title) : say(key === null ? "nowhere" : "no_room");
  }

  async stayAwake() {
    try {
      if (!document.hidden) this.lock = await navigator.wakeLock?.request("screen");
    } catch {
      // Not every browser lets a page keep the screen on; the board works without.
    }
  }

  draw() {
    // What the server drew, a black page perhaps, stays until the first frame says more.
    if (this.socket.standing === "connecting" && !this.hidden) return;
    const dark = this.black || this.hidden;
    if (!this.drawn) this.root.textContent = "";
    this.drawn = true;
    document.documentElement.classList.toggle("dark-room", this.black);
    const taken = performance.now() - this.takenOverAt < TAKEN_OVER;
    if (dark) this.speaker.line.textContent = "";
    document.title = titled(this.incident, this.context.title);
    render(html`<${Page} wall=${this} dark=${dark} taken=${taken} />`, this.root);
  }
}

function Page({ wall, dark, taken }) {
  const { incident, socket } = wall;
  if (wall.black) return html`<main class="black" data-black></main>`;
  if (dark) {
    return html`<main class="wallhidden" data-hidden><h1>${say("hidden")}</h1>
      <button class="btn btn--big" type="button" onClick=${() => wall.hide(false)}>${say("show_again")}</button></main>`;
  }
  if (taken) return html`<section class="takeover" data-takeover><h2>${say("taken_over")}</h2></section>`;
  const drill = incident && incident.mode !== "live";
  const body = html`${incident ? html`<${Band} wall=${wall} />` : ""}
    <main class="wall" id="main">${incident
      ? html`<${WallFigures} wall=${wall} />`
      : html`<h1 class="wallcalm">${say(socket.standing === "connecting" ? "connecting" : "wall_calm")}<br />
          <small dir="auto">${wall.context.school}</small></h1>`}</main>
    <footer class="wf"><${ConnectionLine} socket=${socket} /><p>${say("esc_hides")}</p>
      <p><b>${clock(socket.now(), wall.context.zone, true)}</b></p></footer>`;
  const word = drill && modeWord(incident);
  return html`<div class=${drill ? "wallpage drill-frame drill" : "wallpage live"}>
    ${drill && html`<div class="drill-bar"><strong>${word} · <bdi>${wall.context.school}</bdi> · ${word}</strong></div>`}
    ${body}
    ${drill && html`<div class="drill-bar drill-bar--last"><strong>${word}</strong></div>`}</div>`;
}

function Band({ wall }) {
  const { incident, socket, context } = wall;
  const [first, ...more] = actionsFor(incident, []);
  const seconds = Math.max(0, Math.floor((socket.now() - Date.parse(incident.started)) / 1000));
  const running = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return html`<header class="band wband"><h1>${first && html`<${Icon} name=${`a-${first.call.kind}`} />`}
      <span class="mode">${modeWord(incident)}</span>
      ${first && html`<span lang="en">${term(first)}</span> <span class="to">${directive(first)}</span>`}
      ${more.map((one) => html` <span class="to" lang="en">· ${term(one)}</span>`)}</h1>
    <p><bdi>${context.school}</bdi><br />${say("started", { at: clock(Date.parse(incident.started), context.zone) })}</p>
    <p class="run"><b>${running}</b></p></header>`;
}

new Wall(document.getElementById("wall")).start();
