// Who waits for the front office shows on every office page within seconds, whatever is open.
const place = document.getElementById("notices");
const EVERY = 3000;
const plainTitle = document.title;

const keyOf = (root) => root.querySelector("[data-key]")?.dataset.key ?? "";

// A decision that is being made is not pulled away; a new person still appears after it.
const inUse = () => place.contains(document.activeElement);

function mark() {
  const notice = place.querySelector("[data-key]");
  const waiting = keyOf(place) ? keyOf(place).split(" ").length : 0;
  document.title = waiting ? `(${waiting}) ${plainTitle}` : plainTitle;
  if (notice && !("silent" in notice.dataset)) place.setAttribute("role", "status");
  else place.removeAttribute("role");
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(place.dataset.from, { credentials: "same-origin" });
    if (!answer.ok) return;
    const fresh = document.createElement("template");
    fresh.innerHTML = await answer.text();
    if (keyOf(fresh.content) === keyOf(place) || inUse()) return;
    for (const back of fresh.content.querySelectorAll("[name=back]")) {
      back.value = location.pathname === "/office" ? "/office" : "/visitors";
    }
    place.replaceChildren(fresh.content);
    mark();
  } catch {
    // Without an answer what is shown stays.
  }
}

mark();
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
look();
