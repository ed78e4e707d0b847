// The incident's own page: how long it runs, what others did to it, messages as they go out.
const EVERY = 2000;

// Measured from the server's clock: a wrong clock of this computer does not show.
function tick() {
  const running = document.querySelector("[data-since]");
  if (!running) return;
  const before = Date.parse(running.dataset.now) - Date.parse(running.dataset.since);
  running.dataset.drawn ??= String(performance.now());
  const seconds = Math.max(0, Math.floor((before + performance.now() - running.dataset.drawn) / 1000));
  running.textContent = `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

// Nobody loses what they are writing to a page that renews itself.
function inUse(part) {
  const written = [...part.querySelectorAll("input:not([type=hidden]), textarea")];
  return part.contains(document.activeElement) || written.some((field) => field.value !== field.defaultValue);
}

function renew(part, fresh) {
  if (!part || inUse(part)) return;
  if (fresh) part.replaceWith(document.adoptNode(fresh));
}

async function get(path) {
  try {
    const answer = await fetch(path, { credentials: "same-origin" });
    return answer.ok ? answer : null;
  } catch {
    return null; // The next look may succeed; what is shown stays as it was.
  }
}

function latest(incidents, id) {
  return [incidents.open, ...incidents.recent].find((one) => one?.id === id);
}

async function lookAtIncident() {
  const { seq, incident } = document.querySelector("[data-part=controls]").dataset;
  const answer = await get(`/api/v1/schools/${document.body.dataset.school}/incidents`);
  const now = answer && latest(await answer.json(), incident);
  if (!now || String(now.seq ?? 0) === seq) return;
  const page = await get(`/incidents/${incident}`);
  if (!page) return;
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  document.title = fresh.title;
  for (const part of document.querySelectorAll("[data-part]")) {
    renew(part, fresh.querySelector(`[data-part="${part.dataset.part}"]`));
  }
}

async function lookAtMessages() {
  const panel = document.getElementById("messages");
  const answer = await get(panel.dataset.from);
  if (answer && !inUse(panel)) panel.innerHTML = await answer.text();
}

async function look() {
  if (document.hidden) return;
  await Promise.all([lookAtIncident(), lookAtMessages()]);
}

tick();
setInterval(tick, 1000);
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
