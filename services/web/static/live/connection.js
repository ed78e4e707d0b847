// The connection line and the one status line that a screen reader hears.
import { html, Icon } from "./html.js";
import { say } from "./words.js";

/** Seconds since the screen was known to be true, in words. */
export function ago(socket) {
  const seconds = Math.floor(socket.age / 1000);
  return seconds < 120
    ? say("seconds_ago", { seconds })
    : say("minutes_ago", { minutes: Math.floor(seconds / 60) });
}

/** "Connected, last update 1 s ago": a stale screen never looks live. */
export function ConnectionLine({ socket }) {
  const texts = {
    live: () => say("connected", { ago: ago(socket) }),
    stale: () => say("reconnecting", { ago: ago(socket) }),
    connecting: () => say("connecting"),
    signed_out: () => say("signed_out"),
  };
  const fine = socket.standing === "live";
  return html`<p class=${fine ? "sync" : "sync sync--wait"} data-standing=${socket.standing}>
    <${Icon} name=${fine ? "i-check" : "i-nonet"} /> <span>${texts[socket.standing]()}</span>
    ${socket.signedOut && html`<a class="link" href="/sign-in">${say("sign_in")}</a>`}
  </p>`;
}

const PAUSE = 5000;

/** Speaks at most every 5 s, and only when there is another thing to say. */
export class Speaker {
  /** @param {HTMLElement | null} line an element with role=status */
  constructor(line) {
    this.line = line;
    this.spoken = "";
    this.next = "";
    this.at = -Infinity;
    this.timer = 0;
  }

  say(text) {
    this.next = text;
    if (!this.line || text === this.spoken || this.timer) return;
    const wait = Math.max(0, this.at + PAUSE - performance.now());
    this.timer = setTimeout(() => this.#speak(), wait);
  }

  #speak() {
    this.timer = 0;
    // A page that fell silent meanwhile (a Lockdown) has no line any more.
    if (!this.line || this.next === this.spoken) return;
    this.at = performance.now();
    this.spoken = this.next;
    this.line.textContent = this.next;
  }
}
