// The kiosk goes back to its start by itself, keeps nothing of the last visitor, follows the office.
const kiosk = document.getElementById("kiosk");
const idle = Number(kiosk.dataset.idle) * 1000;
const atStart = kiosk.dataset.start === "yes";
const LOOK = 3000;
const WAIT = 250;
let touched = Date.now();

for (const kind of ["pointerdown", "keydown", "input"]) {
  document.addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
}

setInterval(() => {
  if (!atStart && idle && Date.now() - touched >= idle) location.replace("/kiosk");
}, 500);

// A page that the browser kept for its back button still holds what was typed.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.replace("/kiosk");
});

async function look() {
  try {
    const answer = await fetch("/kiosk/state", { credentials: "same-origin" });
    if (answer.redirected || answer.status === 401) location.replace("/sign-in");
    if (!answer.ok) return;
    const { state } = await answer.json();
    if (state === "ended") location.replace("/sign-in");
    else if (state !== kiosk.dataset.look) location.replace("/kiosk");
  } catch {
    // No network: the page stays; signing in then says so itself.
  }
}
setInterval(look, LOOK);

document.querySelector("[data-focus]")?.focus();

const said = document.getElementById("host");
if (said) suggest(said, document.getElementById("host_id"), document.getElementById("hosts"));

// Staff while typing, a few at a time. Without script the typed name is looked up by the server.
function suggest(input, picked, list) {
  let timer = 0;
  const show = (hosts) => {
    list.replaceChildren(...hosts.map(({ id, name }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.dir = "auto";
      button.textContent = name;
      button.addEventListener("click", () => {
        input.value = name;
        picked.value = id;
        list.hidden = true;
        input.focus();
      });
      item.append(button);
      return item;
    }));
    list.hidden = hosts.length === 0;
  };
  input.addEventListener("input", () => {
    picked.value = "";
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const find = input.value.trim();
      if (find.length < 2) return show([]);
      try {
        const answer = await fetch(`/kiosk/hosts?find=${encodeURIComponent(find)}`);
        if (answer.ok && input.value.trim() === find) show(await answer.json());
      } catch {
        show([]);
      }
    }, WAIT);
  });
}
