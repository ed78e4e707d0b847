// Words of a live page, translated by the server and handed over as data.
const source = document.getElementById("live-words");
const texts = source ? JSON.parse(source.textContent) : {};
const plurals = new Intl.PluralRules(document.documentElement.lang || "en");

/**
 * A text with its values put in. A key that has "key_one" is chosen by values.n.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function say(key, values = {}) {
  const one = "n" in values && `${key}_one` in texts && plurals.select(Number(values.n)) === "one";
  const text = texts[one ? `${key}_one` : key] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** State of a student → its shape and its words, as every screen shows it. */
export const SHAPES = {
  unknown: "s-unknown",
  missing: "s-missing",
  injured: "s-injured",
  elsewhere: "s-other",
  left: "s-left",
  with: "s-with",
  absent: "s-absent",
  off_site: "s-away",
};

/** The fixed order of counts on every screen. */
export const ORDER = ["unknown", "missing", "injured", "elsewhere", "left", "with", "absent", "off_site"];

/** Only these count as accounted for; "elsewhere" is hearsay, "left" is what a log says. */
export const ACCOUNTED = new Set(["with", "absent", "off_site"]);

/** CSS class of a state. */
export function look(state) {
  return { off_site: "st-away", absent: "st-away", elsewhere: "st-other" }[state] ?? `st-${state}`;
}

/** How a room is called: "Room 12", "Gym", or the class's title when it has no room. */
export function roomName(room, title = "") {
  if (!room) return title || say("no_room");
  return /^\d/.test(room) ? say("room", { room }) : room;
}

/** Whole minutes as people say them. */
export function minutes(ms, heard = true) {
  const n = Math.floor(ms / 60000);
  return n < 1 && heard ? say("now") : say("min", { minutes: Math.max(0, n) });
}
