// Which part of the school day an incident started in, in words, and how many were expected then.
import { html } from "./html.js";
import { say } from "./words.js";
import { clock, EXTRA, placeOf } from "./places.js";

/** Parts of the day that the school has its own names for. */
const NAMED = new Set(["class", "lunch", "recess", "passing", "assembly"]);
const OUTSIDE = new Set(["before_school", "after_school", "no_school"]);

/** Whether it is known from a bell schedule who is expected where. */
export function scheduled(moment) {
  return Boolean(moment) && moment.kind !== "no_schedule";
}

/** "Lunch A, until 12:10 · Day A · Half day" */
export function momentText(moment, zone) {
  const { kind, label = "", day = "", schedule = "", until } = moment;
  const word = say(`moment_${kind}`);
  const own = NAMED.has(kind) && label;
  const first = own ? label : [word, label].filter(Boolean).join(": ");
  const at = until && clock(Date.parse(until), zone);
  const parts = [at ? say("moment_until", { moment: first, at }) : first];
  if (day) parts.push(say("moment_day", { day }));
  if (schedule) parts.push(schedule);
  return parts.join(" · ");
}

/**
 * How many should be with someone now, and how many not, by reason. Adds up to all students.
 * @param {import("./picture.js").Picture} picture
 */
export function expectedNow({ counts, rooms }) {
  const { absent = 0, off_site = 0, left = 0 } = counts;
  const all = "not_yet" in counts
    ? counts.accounted + counts.not_yet + left
    : Object.values(counts).reduce((sum, n) => sum + n, 0);
  const extra = rooms.get(EXTRA)?.[1] ?? 0;
  return { expected: Math.max(0, all - absent - off_site - left - extra), absent, off_site, left, extra };
}

/** "98 expected now · 1 absent · 1 off site · 1 left, not verified" */
export function sumsText(sums) {
  const others = ["absent", "off_site", "left", "extra"].filter((key) => sums[key] > 0);
  return [say("sum_expected", { n: sums.expected }),
    ...others.map((key) => say(`sum_${key}`, { n: sums[key] }))].join(" · ");
}

/** "Activities: Robotics, Room 4: 12", or "" */
export function activitiesText({ rooms }) {
  const found = [...rooms.values()].filter(
    ([key, n]) => n > 0 && placeOf(key)?.[0] === "activity" && placeOf(key)[1],
  );
  const list = found.map(([key, n]) => `${placeOf(key)[1]}: ${n}`).join("; ");
  return list && say("activities", { list });
}

/** "Off site: Museum: 25", or "": groups whose students stand in the lists of their classes. */
export function groupsText({ rows }) {
  const groups = new Map();
  for (const [, state, , , , why] of rows.values()) {
    if (state === "off_site" && why?.[1]) groups.set(why[1], (groups.get(why[1]) ?? 0) + 1);
  }
  const place = [...groups].map(([name, n]) => `${name}: ${n}`).join("; ");
  return place && say("reason_place", { reason: say("reason_off_site_group"), place });
}

/** What the day was when the incident started, and what adds up. */
export function Moment({ picture, zone, look = "moment" }) {
  const { moment, incident } = picture;
  const sums = expectedNow(picture);
  const groups = groupsText(picture);
  const outside = OUTSIDE.has(moment.kind) && activitiesText(picture);
  return html`<p class=${look} data-moment=${moment.kind}>
    <b><span dir="auto">${clock(Date.parse(incident.started), zone)} ${momentText(moment, zone)}</span></b>
    <span data-sums>${sumsText(sums)}.</span>${outside && html` <span data-activities dir="auto">${outside}.</span>`}
    ${groups && html` <span data-groups dir="auto">${groups}.</span>`}</p>`;
}
