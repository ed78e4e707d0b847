// What a phone shows of its class: the office's rows, its own acknowledged and unsent marks on top.

// As the language defines it: where reports conflict, the graver one shows.
const GRAVITY = {
  injured: 70,
  missing: 60,
  unknown: 50,
  left: 45,
  elsewhere: 40,
  with: 30,
  off_site: 20,
  absent: 10,
};

const AWAY = new Set(["marked_absent", "not_arrived", "signed_out", "off_site_group", "dismissed"]);

/**
 * @typedef {{id: string, state: string, seq: number, classId: string | null,
 *   contradicted: boolean, unsent: boolean, why: any[] | null, away: boolean}} Shown
 * away: a log says that the student is not here; "the rest" never lists such a one.
 */

/** The newer of what the frames and what an acknowledgement said. */
export function newest(row, other) {
  if (!row || !other) return row ?? other;
  return other[2] > row[2] ? other : row;
}

/**
 * One student as the phone shows them.
 * @param {string} id
 * @param {import("./picture.js").Row | undefined} row
 * @param {import("./outbox.js").Pending[]} waiting
 * @param {number} mine seq of this phone's last acknowledged mark of the student
 * @returns {Shown}
 */
export function shown(id, row, waiting, mine) {
  const known = { state: row?.[1] ?? "unknown", seq: row?.[2] ?? 0, unsent: false };
  const end = waiting.reduce((now, op) => applied(id, now, op, mine), known);
  return {
    id,
    state: end.state,
    seq: known.seq,
    classId: row?.[3] ?? null,
    contradicted: Boolean(row?.[4]) && !end.unsent,
    unsent: end.unsent,
    why: row?.[5] ?? null,
    away: AWAY.has(row?.[5]?.[0]),
  };
}

function applied(id, now, { body, taken }, mine) {
  let next = now;
  if (taken?.includes(id)) next = { ...next, state: "unknown", unsent: true };
  for (const mark of body.marks ?? []) {
    if (mark.student !== id) continue;
    // The office may have heard something else since this mark's screen was drawn.
    const other = now.seq > mark.seen && now.seq !== mine;
    const graver = other && GRAVITY[next.state] > GRAVITY[mark.state];
    next = { ...next, state: graver ? next.state : mark.state, unsent: true };
  }
  const bulk = body.rest?.students.includes(id);
  return bulk && next.state === "unknown" ? { ...next, state: "with", unsent: true } : next;
}
