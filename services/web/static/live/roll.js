// The roll of the class that a phone shows, and what its owner says about it.
import { compared } from "./digest.js";
import { newest, shown } from "./overlay.js";
import { scheduled } from "./moment.js";
import { counted } from "./picture.js";

const PATIENCE = 3000;

/** One incident on one phone: acknowledged rows, the chosen class, extras. */
export class Roll {
  constructor({ socket, outbox, names, changed }) {
    this.socket = socket;
    this.outbox = outbox;
    this.names = names;
    this.changed = changed;
    this.incident = "";
    this.forget("");
  }

  /** Another incident: what was acknowledged in the one before does not count. */
  forget(incident) {
    this.incident = incident;
    this.rows = new Map(Object.entries(this.outbox.noted(incident, "extras") ?? {}));
    this.mine = new Map();
    this.digests = new Map();
    this.verdict = { key: "", is: "behind", since: performance.now() };
  }

  /**
   * The class that is with this phone's owner; undefined: not said yet, "": none. By the bell
   * schedule it is the one that meets now; at lunch, and who has none now, there is none.
   */
  get chosen() {
    const noted = this.outbox.noted(this.incident, "class");
    if (noted !== undefined) return noted;
    if (scheduled(this.socket.picture.moment)) return this.#meeting();
    const [only, ...more] = this.names.own;
    if (!only || more.length) return undefined;
    return !this.counted || this.#expected(only).length ? only : undefined;
  }

  choose(classId) {
    this.outbox.note(this.incident, "class", classId);
    if (!classId) return;
    if (!this.names.members.has(classId)) this.names.loadClass(classId).then(this.changed);
    this.socket.watch([...new Set([...this.names.own, classId])]);
    this.outbox.add(this.incident, "open", { class_id: classId });
  }

  /** The office has an op: its rows and digests, until a frame says more. */
  acknowledged(op, reply) {
    if (op.incident !== this.incident) return;
    for (const row of reply.answer?.rows ?? []) {
      this.rows.set(row[0], newest(this.rows.get(row[0]), row));
      this.mine.set(row[0], Math.max(reply.seq ?? 0, row[2]));
    }
    for (const one of reply.answer?.digests ?? []) {
      const known = this.digests.get(one.class_id);
      if (!known || known.seq <= one.seq) this.digests.set(one.class_id, one);
    }
    const extras = Object.fromEntries(
      [...this.rows].filter(([id]) => !this.socket.picture.rows.has(id)),
    );
    this.outbox.note(this.incident, "extras", extras);
  }

  /** Whether it is known who is expected. */
  get counted() {
    return counted(this.socket.picture);
  }

  /** @returns {import("./overlay.js").Shown[]} the class, then extras */
  students() {
    const expected = this.#expected(this.chosen).map((row) => row[0]);
    const members = this.#members();
    const extras = this.#extras();
    const ids = [...new Set([...expected, ...members])].filter((id) => !extras.includes(id));
    return [...this.#sorted(ids), ...extras].map((id) => this.one(id));
  }

  /** @returns {import("./overlay.js").Shown} */
  one(id) {
    const row = newest(this.socket.picture.rows.get(id), this.rows.get(id));
    return shown(id, row, this.#waiting(), this.mine.get(id) ?? 0);
  }

  mark(student, state, more = {}) {
    this.outbox.account(this.incident, (next) => ({
      marks: [{ student, state, n: next(), seen: this.socket.picture.seq, ...this.#at(), ...more }],
    }));
  }

  /** The rest: exactly the students that this screen showed as unknown. */
  rest(students, headcount) {
    this.outbox.account(this.incident, (next) => {
      const rest = { class_id: this.chosen, students, n: next(), seen: this.socket.picture.seq };
      if (headcount !== undefined) rest.headcount = headcount;
      return { rest: { ...rest, ...this.#at() } };
    });
  }

  takeBack(student) {
    const drawn = this.outbox.said(this.incident, student);
    this.outbox.account(this.incident, () => ({ take_back: drawn }), [student]);
  }

  takeBackRest() {
    const n = this.outbox.restOf(this.incident, this.chosen);
    const taken = this.students()
      .filter((one) => one.state === "with" && !this.outbox.said(this.incident, one.id).length)
      .map((one) => one.id);
    this.outbox.account(this.incident, () => ({ take_back: [n] }), taken);
  }

  /** Compare with the office when nothing waits; a lasting difference asks for everything. */
  async check() {
    const classId = this.chosen;
    if (!classId || this.outbox.waiting.length) return;
    const digest = newer(this.socket.picture.digests.get(classId), this.digests.get(classId));
    const rows = this.#expected(classId);
    const key = `${classId} ${digest?.sha256} ${rows.map((row) => row[2]).join()}`;
    if (key !== this.verdict.key) {
      const is = await compared(rows, digest);
      this.verdict = { key, is, since: performance.now() };
      this.changed();
    }
    if (this.verdict.is === "same") return;
    if (this.verdict.is === "other" || performance.now() - this.verdict.since > PATIENCE) {
      this.socket.resync();
    }
  }

  /** Whether the office is known to have exactly what is shown. */
  get agreed() {
    return (this.verdict.is === "same" || !this.chosen) && !this.outbox.waiting.length;
  }

  #waiting() {
    return this.outbox.waiting.filter((op) => op.incident === this.incident);
  }

  #expected(classId) {
    const rows = [...this.socket.picture.rows.values()].filter((row) => row[3] === classId);
    return rows.map((row) => newest(row, this.rows.get(row[0])));
  }

  /** Whom the class has besides those expected; a bell schedule knows where they are instead. */
  #members() {
    if (scheduled(this.socket.picture.moment)) return [];
    return this.names.members.get(this.chosen) ?? [];
  }

  #meeting() {
    if (!this.names.loaded) return undefined;
    const { rooms } = this.socket.picture;
    const now = this.names.own.filter((id) => rooms.get(id)?.[1] > 0);
    return now.length > 1 ? undefined : (now[0] ?? "");
  }

  /** Students of other classes whom this phone marked. */
  #extras() {
    const members = new Set(this.#members());
    const marked = Object.keys(this.outbox.state.said[this.incident] ?? {});
    const here = (id) => this.socket.picture.rows.get(id)?.[3] === this.chosen;
    return marked.filter((id) => !members.has(id) && !here(id) && this.one(id).state !== "unknown");
  }

  #sorted(ids) {
    const name = (id) => this.names.students.get(id) ?? { given: "", family: "" };
    const words = new Intl.Collator(document.documentElement.lang);
    return ids.sort(
      (a, b) =>
        words.compare(name(a).given, name(b).given) ||
        words.compare(name(a).family, name(b).family),
    );
  }

  #at() {
    return { at: new Date().toISOString() };
  }
}

function newer(a, b) {
  if (!a || !b) return a ?? b;
  return b.seq > a.seq ? b : a;
}
