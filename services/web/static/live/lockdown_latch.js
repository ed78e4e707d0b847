// A Lockdown ends room by room: a phone stays dark until its own room is recorded as opened,
// also after a reload and after the incident was closed.
import { get } from "./api.js";
import { keep, read } from "./storage.js";
import { holdsIn, lockedDown, opened } from "./incident.js";

const ASK_EVERY = 10000;
const FORGOTTEN = 12 * 3600 * 1000;

/** @typedef {{incident: string, mode: string, rooms: string[], ended: boolean}} Held */
export class Latch {
  constructor({ school, person, changed }) {
    this.school = school;
    this.changed = changed;
    this.key = `muster.lockdown.${school}.${person}`;
    /** @type {Held | null} */
    this.held = read(this.key);
    this.asked = -Infinity;
    this.incident = null;
  }

  /** Whether this phone is in a dark room. */
  get holds() {
    return this.held !== null;
  }

  /** Look at the newest picture. rooms: where this phone's owner may be. */
  look(picture, rooms) {
    const { incident } = picture;
    if (incident && (!this.held || incident.id === this.held.incident)) {
      this.incident = incident;
      const locked = lockedDown(incident, rooms);
      this.#hold(locked ? { incident: incident.id, mode: incident.mode, rooms, ended: false } : null);
    } else if (incident && this.held && lockedDown(incident, rooms)) {
      this.incident = incident;
      this.#hold({ incident: incident.id, mode: incident.mode, rooms, ended: false });
    } else if (this.held && picture.epoch) this.#afterwards();
  }

  /** The owner has no room that could be recorded: a person with a key came. */
  release() {
    this.#hold(null);
    this.changed();
  }

  /** The incident is not shown any more: its room may be opened after the close. */
  async #afterwards() {
    if (this.held.mode !== "live") {
      this.#hold(null);
      return;
    }
    if (!this.held.ended) this.#hold({ ...this.held, ended: true });
    if (performance.now() - this.asked < ASK_EVERY) return;
    this.asked = performance.now();
    const answer = await get(`/api/v1/schools/${this.school}/incidents`);
    const known = [answer.body?.open, ...(answer.body?.recent ?? [])].find(
      (one) => one && one.id === this.held?.incident,
    );
    if (answer.status !== 200 || !this.held) return;
    this.incident = known ?? null;
    const past = !known || Date.now() - Date.parse(known.closed) > FORGOTTEN;
    if (past || opened(known, this.held.rooms) || !this.#locks(known)) this.#hold(null);
    this.changed();
  }

  /** Whether a Lockdown held here until the incident's end: the end itself opens no room. */
  #locks(incident) {
    return incident.actions.some(
      (action) =>
        action.call.kind === "lockdown" &&
        holdsIn(action, this.held.rooms) &&
        (!action.ended || action.ended === incident.closed),
    );
  }

  #hold(held) {
    if (JSON.stringify(held) === JSON.stringify(this.held)) return;
    this.held = held;
    keep(this.key, held);
  }
}
