// Names of a school's people: loaded once over HTTP for a roster version, never from a frame.
import { get } from "./api.js";

/**
 * @typedef {{given: string, family: string, grade: string, homeroom: string | null}} Student
 */
export class Names {
  constructor(school) {
    this.path = `/api/v1/schools/${school}/roster`;
    this.version = -1;
    this.wanted = -1;
    this.loaded = false;
    this.own = [];
    this.classes = new Map();
    this.students = new Map();
    this.staff = new Map();
    this.members = new Map();
    this.places = new Map();
  }

  /** Load a version once; another call while it loads changes nothing. Tells whether it did. */
  async load(version) {
    if (version === this.wanted) return false;
    this.wanted = version;
    const answer = await get(version ? `${this.path}?version=${version}` : this.path);
    if (answer.status !== 200) {
      this.wanted = -1;
      return false;
    }
    this.version = version;
    this.loaded = true;
    this.own = answer.body.own ?? [];
    this.classes = new Map(answer.body.classes.map((one) => [one.id, one]));
    this.#add(answer.body);
    return true;
  }

  /** The names of a class that is not one's own. */
  async loadClass(classId) {
    const answer = await get(`${this.path}?class=${encodeURIComponent(classId)}`);
    if (answer.status === 200) this.#add(answer.body);
    return answer.status === 200;
  }

  /** Up to 20 students of the school whose name begins so; null when nothing came back. */
  async find(text) {
    const answer = await get(`${this.path}?find=${encodeURIComponent(text)}`);
    if (answer.status !== 200) return null;
    this.#add(answer.body);
    return answer.body.students.map((one) => one[0]);
  }

  /** "Noor Haddad" */
  full(id) {
    const one = this.students.get(id);
    return one ? `${one.given} ${one.family}` : "…";
  }

  /** Where a student stands in the school's alphabet; sorted once for a roster. */
  place(id) {
    if (this.places.size !== this.students.size) {
      const words = new Intl.Collator(document.documentElement.lang);
      const ids = [...this.students.keys()];
      ids.sort((a, b) => words.compare(this.full(a), this.full(b)));
      this.places = new Map(ids.map((one, place) => [one, place]));
    }
    return this.places.get(id) ?? this.places.size;
  }

  /** An adult's name, or "". */
  adult(id) {
    const one = this.staff.get(id);
    return one ? `${one.given} ${one.family}` : "";
  }

  /** Given name and as much of the family name as tells these students apart. */
  short(ids) {
    const seen = new Map();
    const initial = (one) => `${one.given} ${[...one.family][0] ?? ""}.`;
    const known = ids.map((id) => [id, this.students.get(id)]).filter(([, one]) => one);
    for (const [, one] of known) seen.set(initial(one), (seen.get(initial(one)) ?? 0) + 1);
    return new Map(
      known.map(([id, one]) => {
        const twice = seen.get(initial(one)) > 1;
        return [id, { given: one.given, rest: twice ? one.family : `${[...one.family][0] ?? ""}.` }];
      }),
    );
  }

  #add({ students, staff, members }) {
    for (const [id, given, family, grade, homeroom] of students) {
      this.students.set(id, { given, family, grade, homeroom });
    }
    for (const [id, given, family] of staff) this.staff.set(id, { given, family });
    for (const [id, roll] of Object.entries(members ?? {})) this.members.set(id, roll);
  }
}

/** Without case and accents, as people type in a hurry. */
export function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
