// Sums over a picture's rows: by room, in the fixed order of states.
import { ACCOUNTED, ORDER } from "./words.js";
import { counts, roomKey } from "./places.js";

/**
 * @typedef {{id: string | null, rows: import("./picture.js").Row[], expected: number,
 *   by: Record<string, number>, open: number, differ: number, word: string | null}} RoomSum
 * id: a class or "@reason/place". open: neither accounted for nor left. word: when the room was last heard of.
 */

/** Sums of rooms; a room in which nothing changed stays the same object and is not drawn again. */
export class Sums {
  constructor() {
    this.picture = null;
    this.rooms = new Map();
  }

  /** @returns {RoomSum[]} rooms where anyone is expected */
  of(picture) {
    const same = this.picture?.rows === picture.rows && this.picture.rooms === picture.rooms;
    if (!same) {
      const grouped = new Map();
      for (const row of picture.rows.values()) {
        if (!counts(row)) continue;
        const key = roomKey(row);
        const known = grouped.get(key);
        if (known) known.push(row);
        else grouped.set(key, [row]);
      }
      const word = (id) => picture.rooms.get(id)?.[3] ?? null;
      this.rooms = new Map([...grouped].map(([id, rows]) => [id, this.#kept(id, rows, word(id))]));
    }
    this.picture = picture;
    return [...this.rooms.values()];
  }

  #kept(id, rows, word) {
    const known = this.rooms.get(id);
    const same = known?.word === word && known.rows.length === rows.length;
    return same && rows.every((row, i) => row === known.rows[i]) ? known : summed(id, rows, word);
  }
}

function summed(id, rows, word) {
  const room = { id, rows, expected: rows.length, by: {}, open: 0, differ: 0, word };
  for (const [, state, , , contradicted] of rows) {
    room.by[state] = (room.by[state] ?? 0) + 1;
    if (!ACCOUNTED.has(state) && state !== "left") room.open += 1;
    if (contradicted) room.differ += 1;
  }
  return room;
}

/** States → how many, over all rooms. */
export function totals(rooms) {
  const sums = Object.fromEntries(ORDER.map((state) => [state, 0]));
  for (const room of rooms) {
    for (const [state, n] of Object.entries(room.by)) sums[state] += n;
  }
  return sums;
}

/** Unknown first, then missing, injured, hearsay and contradictions; the rest by name. */
export function ranked(rooms, name) {
  const words = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const weight = (room) =>
    ["unknown", "missing", "injured", "elsewhere"].map((state) => room.by[state] ?? 0);
  return [...rooms].sort((a, b) => {
    const [first, second] = [weight(a), weight(b)];
    for (let i = 0; i < first.length; i += 1) {
      if (first[i] !== second[i]) return second[i] - first[i];
    }
    return b.differ - a.differ || words.compare(name(a.id), name(b.id));
  });
}
