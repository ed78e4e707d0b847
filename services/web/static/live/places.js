// Where a student is counted: a class, or a place of those who have no class now; and why.
import { say } from "./words.js";

/** Key of those whom nobody expected and someone found. */
export const EXTRA = "@extra/";

/** @param {import("./picture.js").Row} row */
export function roomKey([, , , classId, , why]) {
  return classId ?? (why ? `@${why[0]}/${why[1] ?? ""}` : null);
}

/** Whether a row counts: an extra whose marks were all taken back is nobody's to find. */
export function counts([, state, , , , why]) {
  return !(state === "unknown" && why?.[0] === "extra");
}

/** [reason, place] of a key that is no class's; null of a class or nowhere. */
export function placeOf(key) {
  if (!key?.startsWith("@")) return null;
  const cut = key.indexOf("/");
  return [key.slice(1, cut), key.slice(cut + 1)];
}

/** "Lunch: Cafeteria", "Signed out" */
export function placeName(key) {
  const [reason, place] = placeOf(key);
  const word = say(`reason_${reason}`);
  return place ? say("reason_place", { reason: word, place }) : word;
}

/** "Signed out 10:12", or "" where the class says it all. */
export function whyText(why, zone) {
  if (!why) return "";
  const [reason, place, since] = why;
  const where = placeName(`@${reason}/${place ?? ""}`);
  return since ? `${where} ${clock(Date.parse(since), zone)}` : where;
}

/** What the log said of a student who is away, by its reason. */
const LOGGED = {
  marked_absent: "absent", not_arrived: "absent", signed_out: "left", dismissed: "left", off_site_group: "off_site",
};

/** "Absent 08:31", "Signed out 09:40" while that is still what shows; else "". */
export function awayText(state, why, zone) {
  if (!why || LOGGED[why[0]] !== state) return "";
  const word = say(why[0] === "marked_absent" ? "state_absent" : `reason_${why[0]}`);
  return why[2] ? `${word} ${clock(Date.parse(why[2]), zone)}` : word;
}

/** 24-hour time of the school. */
export function clock(at, timeZone, seconds = false) {
  return new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    second: seconds ? "2-digit" : undefined,
    hourCycle: "h23",
    timeZone: timeZone || undefined,
  }).format(new Date(at));
}
