// A calm page must not stay calm when something starts: look every few seconds.
const school = document.body.dataset.school;
let shown = document.querySelector(".openincident") !== null;

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(`/api/v1/schools/${school}/incidents`, { credentials: "same-origin" });
    if (!answer.ok) return;
    const open = (await answer.json()).open != null;
    if (open !== shown) {
      shown = open;
      location.reload();
    }
  } catch {
    // Without an answer the page stays as it is.
  }
}
setInterval(look, 2000);
document.addEventListener("visibilitychange", look);
