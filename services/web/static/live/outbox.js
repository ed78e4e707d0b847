// Marks that the office has not acknowledged yet: kept on the phone, sent in order, sent once.
import { drawOp, post } from "./api.js";
import { keep, read } from "./storage.js";

const PATHS = { account: "accounting", open: "classes", note: "notes" };
const LATER = new Set([0, 408, 425, 429, 500, 502, 503, 504]);
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 8000;

/**
 * @typedef {{op: string, incident: string, what: "account" | "open" | "note", body: any,
 *   taken?: string[], refused?: {code: string, reason: string}}} Pending
 */
export class Outbox {
  /** acknowledged: called with (pending, reply) once the office has an op. */
  constructor({ school, person, changed, acknowledged }) {
    this.school = school;
    this.key = `muster.outbox.${school}.${person}`;
    this.changed = changed;
    this.acknowledged = acknowledged;
    this.kept = true;
    this.cut = false;
    this.signedOut = false;
    this.sending = false;
    this.wait = FIRST_WAIT;
    this.timer = 0;
    this.state = this.#read();
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
    addEventListener("storage", (event) => {
      if (event.key !== this.key) return;
      this.state = this.#read();
      this.changed();
    });
  }

  /** @returns {Pending[]} not yet acknowledged, oldest first */
  get waiting() {
    return this.state.ops.filter((op) => !op.refused);
  }

  /** @returns {Pending[]} */
  get refused() {
    return this.state.ops.filter((op) => op.refused);
  }

  get device() {
    return this.state.device;
  }

  /** How many marks wait: "2 saved on this phone". */
  get count() {
    return this.waiting.reduce((sum, op) => sum + Math.max(1, op.body.marks?.length ?? 0), 0);
  }

  /**
   * Marks, a rest or take-backs. make(next) builds the body, drawing counters with next().
   * taken: students that show as unknown again until the office has said what they are.
   */
  account(incident, make, taken = []) {
    this.#change((state) => {
      const body = { device: state.device, ...make(() => (state.n += 1)) };
      state.ops.push({ op: drawOp(), incident, what: "account", body, taken });
      remember(state, incident, body);
    });
  }

  /** Any other act of an incident. */
  add(incident, what, body) {
    this.#change((state) => state.ops.push({ op: drawOp(), incident, what, body }));
  }

  /** This device's own marks of a student in an incident. */
  said(incident, student) {
    return this.state.said[incident]?.[student] ?? [];
  }

  /** The counter of this device's "the rest" for a class, or 0. */
  restOf(incident, classId) {
    return this.state.rests[incident]?.[classId] ?? 0;
  }

  /** Something this phone remembers of an incident, such as the class that was chosen. */
  note(incident, name, value) {
    this.#change((state) => {
      state.notes = { [incident]: { ...state.notes[incident], [name]: value } };
    });
  }

  noted(incident, name) {
    return this.state.notes[incident]?.[name];
  }

  /** A refused op is read and put away. */
  dismiss(op) {
    this.#change((state) => {
      state.ops = state.ops.filter((one) => one.op !== op);
    });
  }

  /** Send what waits, oldest first, until something does not answer. */
  async flush() {
    if (this.sending) return;
    clearTimeout(this.timer);
    this.sending = true;
    this.state = this.#read();
    for (let op = this.waiting[0]; op && (await this.#send(op)); op = this.waiting[0]);
    this.sending = false;
    this.changed();
    if (!this.waiting.length || this.signedOut) return;
    this.timer = setTimeout(() => this.flush(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(LONGEST_WAIT, this.wait * 2);
  }

  async #send(op) {
    const base = `/api/v1/schools/${this.school}/incidents/${op.incident}`;
    const answer = await post(`${base}/${PATHS[op.what]}`, op.body, op.op);
    this.signedOut = answer.status === 401;
    this.cut = answer.status === 0;
    if (LATER.has(answer.status) || this.signedOut) {
      this.wait = Math.max(this.wait, answer.wait * 1000);
      return false;
    }
    this.wait = FIRST_WAIT;
    if (answer.status === 200) {
      this.#change((state) => (state.ops = state.ops.filter((one) => one.op !== op.op)), false);
      this.acknowledged(op, answer.body);
    } else {
      const { code = `status_${answer.status}`, detail = "" } = answer.body ?? {};
      this.#change((state) => {
        const mine = state.ops.find((one) => one.op === op.op);
        if (mine) mine.refused = { code, reason: detail };
      }, false);
    }
    return true;
  }

  #change(act, flush = true) {
    const state = this.kept ? this.#read() : this.state;
    act(state);
    this.state = { ...state };
    this.kept = keep(this.key, this.state);
    this.changed();
    if (flush) this.flush();
  }

  #read() {
    const known = this.kept ? read(this.key) : this.state;
    if (known?.device) return known;
    return { device: drawOp(), n: 0, ops: [], said: {}, rests: {}, notes: {} };
  }
}

/** Counters of this device, so that a mark can be taken back; one incident at a time is kept. */
function remember(state, incident, body) {
  const said = { ...state.said[incident] };
  for (const mark of body.marks ?? []) said[mark.student] = [...(said[mark.student] ?? []), mark.n];
  const gone = new Set(body.take_back ?? []);
  for (const [student, drawn] of Object.entries(said)) {
    if (drawn.some((n) => gone.has(n))) said[student] = drawn.filter((n) => !gone.has(n));
  }
  state.said = { [incident]: said };
  const rests = { ...state.rests[incident] };
  for (const [id, n] of Object.entries(rests)) if (gone.has(n)) delete rests[id];
  if (body.rest) rests[body.rest.class_id] = body.rest.n;
  state.rests = { [incident]: rests };
}
