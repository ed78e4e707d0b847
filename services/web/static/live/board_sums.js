// Sums over a picture's rows: by room, in the fixed order of states.
import { ACCOUNTED } from "./words.js";

/**
 * @typedef {{id: string | null, expected: number, by: Record<string, number>, left: number,
 *   differ: number, word: string | null}} RoomSum
 * left: not accounted for. word: when the room was last heard of.
 */

/** @returns {RoomSum[]} rooms where anyone is expected */
export function roomsOf(picture) {
  const rooms = new Map();
  for (const [, state, , classId, contradicted] of picture.rows.values()) {
    let room = rooms.get(classId);
    if (!room) {
      const word = picture.rooms.get(classId)?.[3] ?? null;
      room = { id: classId, expected: 0, by: {}, left: 0, differ: 0, word };
      rooms.set(classId, room);
    }
    room.expected += 1;
    room.by[state] = (room.by[state] ?? 0) + 1;
    if (!ACCOUNTED.has(state)) room.left += 1;
    if (contradicted) room.differ += 1;
  }
  return [...rooms.values()];
}

/** States → how many, over all rooms. */
export function totals(rooms) {
  const sums = { unknown: 0, missing: 0, injured: 0, elsewhere: 0, with: 0, absent: 0, off_site: 0 };
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
