// A teacher's phone: calm, the class in an incident, or a dark room. One picture, drawn anew.
import { html, render } from "./html.js";
import { say } from "./words.js";
import { LiveSocket } from "./socket.js";
import { Outbox } from "./outbox.js";
import { Names } from "./names.js";
import { Roll } from "./roll.js";
import { Latch } from "./lockdown_latch.js";
import { LockdownPage } from "./teacher_lockdown.js";
import { ClassPage } from "./teacher_class.js";
import { CalmPage } from "./teacher_calm.js";
import { Speaker } from "./connection.js";
import { synced } from "./sync_line.js";
import { actionsFor, modeWord, takenOver, term } from "./incident.js";

const TAKEN_OVER = 20000;

/** Everything a phone knows; pages get it whole. */
class Phone {
  constructor(root) {
    const { school, person } = document.body.dataset;
    this.root = root;
    this.context = JSON.parse(document.getElementById("live-context").textContent);
    this.screen = { name: "class" };
    this.ended = null;
    this.takenOverAt = -Infinity;
    this.drawing = false;
    this.drawn = false;
    this.names = new Names(school);
    this.latch = new Latch({ school, person, changed: () => this.changed() });
    this.speaker = new Speaker(null);
    this.outbox = new Outbox({
      school,
      person,
      changed: () => this.changed(),
      acknowledged: (op, reply) => this.roll.acknowledged(op, reply),
    });
    this.socket = new LiveSocket({
      school,
      view: "teacher",
      classes: this.context.own,
      changed: (socket, frame) => this.heard(frame),
    });
    const { socket, outbox, names } = this;
    this.roll = new Roll({ socket, outbox, names, changed: () => this.changed() });
    this.incident = null;
  }

  start() {
    this.changed();
    this.names.load(0).then(() => this.changed());
    this.socket.open();
    this.outbox.flush();
  }

  /** A frame was taken, or a second passed. */
  heard(frame) {
    const { incident, version } = this.socket.picture;
    if (frame?.t === "snapshot") {
      this.outbox.flush();
      if (takenOver(this.incident, incident)) this.takenOverAt = performance.now();
      if (incident?.id !== this.roll.incident && incident) this.begin(incident);
      if (!incident && this.incident) this.ended = this.incident;
    }
    if (frame) this.incident = incident;
    if (version && version !== this.names.version) this.names.load(version).then(() => this.changed());
    this.latch.look(this.socket.picture, this.rooms);
    this.changed();
  }

  begin(incident) {
    this.ended = null;
    this.screen = { name: "class" };
    this.roll.forget(incident.id);
    const classId = this.roll.chosen;
    if (classId) this.socket.watch([...new Set([...this.context.own, classId])]);
  }

  /** Rooms that this phone's owner may be in. */
  get rooms() {
    const chosen = this.incident ? this.roll.chosen : undefined;
    const classes = chosen ? [chosen] : this.context.own;
    const rooms = classes.map((id) => this.names.classes.get(id)?.room);
    return [...new Set(rooms.filter(Boolean))];
  }

  get takenOver() {
    return performance.now() - this.takenOverAt < TAKEN_OVER;
  }

  /** Open another screen of the class page. */
  go(screen) {
    this.screen = screen;
    this.changed();
  }

  changed() {
    if (this.drawing) return;
    this.drawing = true;
    queueMicrotask(() => {
      this.drawing = false;
      this.draw();
    });
  }

  draw() {
    // The server already drew a dark page; it stays until the first frame says more.
    if (this.context.locked && this.socket.standing === "connecting") return;
    const dark = this.latch.holds;
    document.documentElement.classList.toggle("dark-room", dark);
    document.title = this.title(dark);
    icon(dark ? this.latch.held.mode !== "live" && "drill" : this.incident?.mode);
    if (dark) this.speaker.line = null;
    else this.roll.check();
    const Page = dark ? LockdownPage : this.incident ? ClassPage : CalmPage;
    if (!this.drawn) this.root.textContent = "";
    this.drawn = true;
    render(html`<${Page} phone=${this} />`, this.root);
    if (!dark && this.incident) {
      const [key, values] = synced(this);
      if (key !== "sync_stale") this.speaker.say(say(key, values));
    }
  }

  title(dark) {
    if (dark) return `${say("lockdown")} · Muster`;
    if (!this.incident) return `${say("my_class")} · Muster`;
    const [action] = actionsFor(this.incident, this.rooms);
    const mode = modeWord(this.incident);
    const last = this.incident.mode === "live" ? "Muster" : mode;
    return `${mode} ${action ? term(action) : ""} · ${last}`;
  }
}

/** The tab's icon says the mode too; in a live Lockdown nothing on the phone stands out. */
function icon(mode) {
  const link = document.querySelector("link[rel=icon]");
  const kind = mode ? `-${mode === "live" ? mode : "drill"}` : "";
  const href = link.href.replace(/favicon(-\w+)?\.svg/, `favicon${kind}.svg`);
  if (link.href !== href) link.href = href;
}

new Phone(document.getElementById("phone")).start();
