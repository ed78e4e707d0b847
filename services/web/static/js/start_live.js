// The live start page: names on the button follow the choice; holding declares.
import { drawOp, pause, post } from "./ask.js";
import { hold } from "./hold.js";
import { word } from "./words.js";

const form = document.getElementById("start");
const button = document.getElementById("hold");
const outcome = document.getElementById("outcome");
const HOLD = 1500;

const picked = () => form.querySelector("[name=kind]:checked");
const place = () => form.dataset.schoolName || word("school");

function call() {
  const fields = new FormData(form);
  const action = { kind: fields.get("kind") };
  const zone = fields.get("zone") ?? "";
  if (zone.startsWith("zone:")) {
    const [name, ...rooms] = zone.slice("zone:".length).split("\t");
    action.zone = { name, rooms };
  }
  if (zone === "rooms") {
    const rooms = fields.getAll("room");
    action.zone = { name: fields.get("zone_name") || rooms.join(", "), rooms };
  }
  if (action.kind === "evacuate") action.location = fields.get("location").trim();
  if (action.kind === "shelter") {
    action.hazard = fields.get("hazard");
    action.strategy = fields.get("strategy");
  }
  return action;
}

function announced(action) {
  const { term, pa } = picked().dataset;
  if (action.kind === "evacuate" && action.location) return `${term}! To ${action.location}.`;
  if (action.kind === "shelter") {
    const said = (name) => form.querySelector(`[name=${name}] option:checked`).dataset.said;
    return `${term}! ${said("hazard")}. ${said("strategy")}.`;
  }
  return pa;
}

function rename() {
  const action = call();
  const { term } = picked().dataset;
  document.getElementById("holdname").textContent = word("name", { action: term, school: place() });
  document.getElementById("holdzone").textContent = action.zone
    ? action.zone.name || word("rooms")
    : word("whole");
  document.getElementById("pa").textContent = `“${announced(action)}”`;
}

function say(title, text, pa, buttons) {
  document.getElementById("outcometitle").textContent = title;
  document.getElementById("outcometext").textContent = text;
  document.getElementById("outcomepa").textContent = pa ? `“${pa}”` : "";
  document.getElementById("outcomedo").replaceChildren(...buttons);
  if (!outcome.open) outcome.showModal();
}

function link(text, href) {
  const made = document.createElement("a");
  made.className = "btn btn--big btn--live";
  made.href = href;
  made.textContent = text;
  return made;
}

function back() {
  const made = document.createElement("button");
  made.className = "btn btn--big";
  made.type = "button";
  made.textContent = word("back");
  made.addEventListener("click", () => outcome.close());
  return made;
}

function lacking(action) {
  if (action.kind === "evacuate" && !action.location) return ["place", "location"];
  if (action.zone && action.zone.rooms.length === 0) return ["pick", "zone_name"];
  return null;
}

async function start() {
  const action = call();
  const lack = lacking(action);
  if (lack) {
    say(word("refused"), word(lack[0]), "", [back()]);
    return;
  }
  await declare(action, drawOp());
}

// The campus's other schools that are ticked; a Lockdown alone goes to them.
function others(action) {
  if (action.kind !== "lockdown") return [];
  return [...form.querySelectorAll("[name=also]:checked")].map((box) => ({
    id: box.value,
    name: box.dataset.name,
    state: "asking",
    why: "",
  }));
}

const incidents = (school) => `/api/v1/schools/${school}/incidents`;

// Each school is asked at once and by itself: none waits for another.
async function declareAlso(school, op, changed) {
  const body = { mode: "live", action: { kind: "lockdown" }, declaration: op };
  for (;;) {
    const { status, body: reply } = await post(incidents(school.id), body, op);
    if (status === 200 || (status >= 400 && status < 500)) {
      school.state = status === 200 ? "started" : "refused";
      school.why = reply.detail ?? "";
      changed();
      return;
    }
    school.state = "not";
    changed();
    await pause(500);
  }
}

// The same op until there is an answer: asking again starts nothing twice.
async function declare(action, op) {
  const path = incidents(document.body.dataset.school);
  const also = others(action);
  const done = also.map((school) => declareAlso(school, op, () => tellAlso(also)));
  const pa = announced(action);
  say(word("asking"), "", pa, []);
  outcome.addEventListener("cancel", (event) => event.preventDefault());
  for (;;) {
    const asked = { mode: "live", action, ...(also.length > 0 && { declaration: op }) };
    const { status, body } = await post(path, asked, op);
    if (status === 200) {
      await started(body, pa, also, done);
      return;
    }
    if (status >= 400 && status < 500) {
      say(word("refused"), body.detail ?? "", "", [back()]);
      return;
    }
    say(word("not_started"), word("not_started_text"), pa, []);
    await pause(500);
  }
}

function tellAlso(also) {
  const lines = also
    .filter((school) => school.state !== "asking")
    .map((school) => {
      const line = document.createElement("p");
      const key = { started: "also_started", refused: "also_refused", not: "also_not" };
      line.textContent = word(key[school.state], { school: school.name, why: school.why });
      return line;
    });
  document.getElementById("outcomealso").replaceChildren(...lines);
}

async function started(reply, pa, also, done) {
  const inZone = { hour12: false, timeZone: form.dataset.zone || undefined };
  const time = new Date(reply.at).toLocaleTimeString([], inZone);
  say(word("started", { time }), word("started_text"), pa, [link(word("open"), form.dataset.after)]);
  await Promise.all(done);
  // What did not start elsewhere stays on the screen until a person has read it.
  if (also.some((school) => school.state !== "started")) return;
  setTimeout(() => location.assign(form.dataset.after), 1200);
}

form.addEventListener("change", rename);
form.addEventListener("input", rename);
rename();
hold(button, HOLD, start);
