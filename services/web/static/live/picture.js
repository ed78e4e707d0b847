// What a screen knows: a snapshot and the frames after it. Pure; redraws are someone else's.

/**
 * @typedef {[string, string, number, string | null, boolean, any[] | null]} Row
 * [student, state, seq, class, contradicted, why: [reason, place, since, adult]]
 * @typedef {[string | null, number, Record<string, number>, string | null]} Room
 * [key: a class or "@reason/place", expected, counts, last word]
 * @typedef {{epoch: string, n: number, seq: number, version: number, incident: any,
 *   rows: Map<string, Row>, rooms: Map<string | null, Room>, counts: Record<string, number>,
 *   digests: Map<string, {seq: number, sha256: string}>, stale: string[], moment: any}} Picture
 * moment: the part of the school day; null while the population is not known.
 */

/** @returns {Picture} before the first frame */
export function blank() {
  return {
    epoch: "",
    n: -1,
    seq: 0,
    version: 0,
    incident: null,
    rows: new Map(),
    rooms: new Map(),
    counts: {},
    digests: new Map(),
    stale: [],
    moment: null,
  };
}

/**
 * The picture after a frame; null when a frame was missed and only a snapshot helps.
 * @param {Picture} picture
 * @returns {Picture | null}
 */
export function after(picture, frame) {
  if (frame.t === "snapshot") return start(frame);
  if (frame.epoch !== picture.epoch) return null;
  if (frame.t === "beat") return frame.n === picture.n ? picture : null;
  if (frame.n <= picture.n) return picture;
  return frame.n === picture.n + 1 ? change(picture, frame) : null;
}

function start(frame) {
  return {
    epoch: frame.epoch,
    n: frame.n,
    seq: frame.seq ?? 0,
    version: frame.roster_version ?? 0,
    incident: frame.incident ?? null,
    rows: new Map((frame.rows ?? []).map((row) => [row[0], row])),
    rooms: new Map((frame.rooms ?? []).map((room) => [room[0], room])),
    counts: frame.counts ?? {},
    digests: new Map((frame.digests ?? []).map((one) => [one.class_id, one])),
    stale: frame.stale ?? [],
    moment: frame.moment ?? null,
  };
}

function change(picture, frame) {
  return {
    ...picture,
    n: frame.n,
    seq: frame.seq ?? picture.seq,
    incident: frame.incident ?? picture.incident,
    rows: replaced(picture.rows, frame.rows, (row) => row[0]),
    rooms: replaced(picture.rooms, frame.rooms, (room) => room[0]),
    counts: frame.counts ?? picture.counts,
    digests: replaced(picture.digests, frame.digests, (one) => one.class_id),
    stale: frame.stale ?? picture.stale,
  };
}

function replaced(known, changed, key) {
  if (!changed?.length) return known;
  const next = new Map(known);
  for (const one of changed) next.set(key(one), one);
  return next;
}

/** Whether it is known who is expected; on a Sunday that is nobody. */
export function counted(picture) {
  return picture.moment !== null;
}

/** The actions that hold now. */
export function current(incident) {
  return (incident?.actions ?? []).filter((action) => !action.ended);
}
