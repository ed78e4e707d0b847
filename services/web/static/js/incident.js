// The incident's own page: how long it runs, and messages as they go out.
const running = document.querySelector("[data-since]");
if (running) {
  // Measured from the server's clock: a wrong clock of this computer does not show.
  const before = Date.parse(running.dataset.now) - Date.parse(running.dataset.since);
  const opened = performance.now();
  const show = () => {
    const seconds = Math.max(0, Math.floor((before + performance.now() - opened) / 1000));
    running.textContent = `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  };
  show();
  setInterval(show, 1000);
}

const panel = document.getElementById("messages");

async function refresh() {
  if (document.hidden || panel.contains(document.activeElement)) return;
  try {
    const answer = await fetch(panel.dataset.from, { credentials: "same-origin" });
    if (answer.ok) panel.innerHTML = await answer.text();
  } catch {
    // The next look may succeed; what is shown stays as it was.
  }
}
if (panel) setInterval(refresh, 3000);
