// The live socket: a ticket, a snapshot, then frames without a gap, for as long as the page lives.
import { post } from "./api.js";
import { after, blank } from "./picture.js";

const SILENCE = 5000;
const LONGEST = 3000;
const ASK_AGAIN = 1000;

/**
 * @typedef {"connecting" | "live" | "stale" | "signed_out"} Standing
 */
export class LiveSocket {
  /**
   * @param {{school: string, view: "office" | "teacher" | "wall", classes?: string[],
   *   changed: (socket: LiveSocket, frame: any) => void}} options
   */
  constructor({ school, view, classes = [], changed }) {
    this.school = school;
    this.view = view;
    this.classes = classes;
    this.changed = changed;
    this.picture = blank();
    this.signedOut = false;
    this.offset = 0;
    this.began = 0;
    this.heard = 0;
    this.sound = 0;
    this.tries = 0;
    this.asked = 0;
    this.socket = null;
    this.opening = false;
    this.timer = 0;
    addEventListener("online", () => this.#hurry());
    addEventListener("offline", () => this.changed(this, null));
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
    setInterval(() => this.#look(), 1000);
  }

  /** Open the socket, now. */
  async open() {
    clearTimeout(this.timer);
    if (this.opening || this.signedOut) return;
    this.opening = true;
    this.#drop();
    const path = `/api/v1/schools/${this.school}/ticket`;
    const ticket = await post(path, { view: this.view, classes: this.classes });
    this.opening = false;
    if (ticket.status === 401) {
      this.signedOut = true;
      this.changed(this, null);
    } else if (ticket.status === 200) this.#connect(ticket.body);
    else this.#later();
  }

  /** Look at other classes from now on. */
  watch(classes) {
    if (classes.join() === this.classes.join()) return;
    this.classes = classes;
    this.tries = 0;
    this.open();
  }

  /** The server's time, in ms. */
  now() {
    return Date.now() + this.offset;
  }

  /** Milliseconds since this screen was last known to be true; Infinity before the first frame. */
  get age() {
    return this.sound ? performance.now() - this.sound : Infinity;
  }

  /** @returns {Standing} */
  get standing() {
    if (this.signedOut) return "signed_out";
    if (!this.heard) return "connecting";
    if (!this.socket || !navigator.onLine || this.picture.stale.length > 0) return "stale";
    return this.age > SILENCE ? "stale" : "live";
  }

  /** Something does not agree: ask for the whole view. */
  resync() {
    if (performance.now() - this.asked < ASK_AGAIN) return;
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.asked = performance.now();
    this.socket.send('{"t":"resync"}');
  }

  #connect({ ticket, url }) {
    const socket = new WebSocket(url);
    this.socket = socket;
    this.began = performance.now();
    socket.onopen = () => socket.send(JSON.stringify({ t: "join", ticket }));
    socket.onmessage = (message) => this.socket === socket && this.#take(JSON.parse(message.data));
    socket.onclose = () => this.socket === socket && this.#lost();
  }

  #take(frame) {
    if (frame.t === "bye") {
      this.signedOut = frame.code === "revoked";
      this.changed(this, frame);
      return;
    }
    const next = after(this.picture, frame);
    if (next === null) {
      this.resync();
      return;
    }
    this.heard = performance.now();
    this.tries = 0;
    this.offset = Date.parse(frame.at) - Date.now();
    this.picture = next;
    // While an owner is not heard, what is shown grows old although frames arrive.
    if (!next.stale.length || !this.sound) this.sound = this.heard;
    this.changed(this, frame);
  }

  #look() {
    const silent = performance.now() - Math.max(this.heard, this.began);
    if (this.socket && silent > SILENCE) this.#lost();
    else this.changed(this, null);
  }

  #lost() {
    this.#drop();
    this.changed(this, null);
    this.#later();
  }

  #drop() {
    const old = this.socket;
    this.socket = null;
    if (old) {
      old.onclose = null;
      old.close();
    }
  }

  #later() {
    if (this.signedOut) return;
    clearTimeout(this.timer);
    const longest = Math.min(LONGEST, 200 * 2 ** this.tries);
    this.tries += 1;
    this.timer = setTimeout(() => this.open(), longest * (0.5 + Math.random() / 2));
  }

  #hurry() {
    if (this.standing === "live") return;
    this.tries = 0;
    this.open();
  }
}
