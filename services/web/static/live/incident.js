// What an incident means for the screen that shows it. Displays decisions, never decides again.
import { say } from "./words.js";
import { current } from "./picture.js";

/** Terms of the protocol are fixed in every language. */
const TERMS = {
  hold: "Hold",
  secure: "Secure",
  lockdown: "Lockdown",
  evacuate: "Evacuate",
  shelter: "Shelter",
};
const GRAVEST = ["lockdown", "evacuate", "shelter", "secure", "hold"];

/** "LIVE", "DRILL" or "EXERCISE". */
export function modeWord(incident) {
  return say(`mode_${incident.mode}`);
}

/** The title of a page while the incident is open: its mode first, and a drill's last as well. */
export function titled(incident, title) {
  if (!incident) return title;
  const last = incident.mode === "live" ? "" : ` · ${modeWord(incident)}`;
  return `${modeWord(incident)} · ${title}${last}`;
}

/** Whether an action holds in any of these rooms; no rooms named: everywhere. */
export function holdsIn(action, rooms) {
  const zone = action.call.zone?.rooms ?? [];
  return zone.length === 0 || rooms.length === 0 || rooms.some((room) => zone.includes(room));
}

/** The actions that hold in these rooms, the one that asks most first. */
export function actionsFor(incident, rooms) {
  const holding = current(incident).filter((action) => holdsIn(action, rooms));
  return holding.sort((a, b) => GRAVEST.indexOf(a.call.kind) - GRAVEST.indexOf(b.call.kind));
}

/** "Evacuate" */
export function term(action) {
  return TERMS[action.call.kind];
}

/** What follows the term: the place, the directive or hazard and strategy. */
export function directive(action) {
  const { kind, location } = action.call;
  return kind === "evacuate" && location ? say("to_place", { place: location }) : action.directive;
}

/** Whether some current action of a live incident is a Lockdown. */
export function liveLockdown(incident) {
  return incident?.mode === "live" && current(incident).some((a) => a.call.kind === "lockdown");
}

/** Whether these rooms are still to be opened in a Lockdown that holds there. */
export function lockedDown(incident, rooms) {
  const locked = current(incident).some((a) => a.call.kind === "lockdown" && holdsIn(a, rooms));
  return locked && !opened(incident, rooms);
}

/** Whether all of these rooms are recorded as opened. */
export function opened(incident, rooms) {
  const known = incident?.rooms_opened ?? {};
  return rooms.length > 0 && rooms.every((room) => room in known);
}

/** Whether the screen's drill was taken over by a live incident. */
export function takenOver(before, now) {
  return Boolean(before && now && before.mode !== "live" && now.mode === "live");
}
