// A print form shows that something happens, and then hands over the file.
const { making, ready, open, failed, unprintable } = JSON.parse(
  document.querySelector("#words").textContent,
);
const line = document.querySelector("#making");
let made = null;

function working() {
  const bar = document.createElement("progress");
  line.replaceChildren(bar, ` ${making}`);
}

function offer(url, name, unseen) {
  const link = document.createElement("a");
  link.className = "btn btn--act";
  link.href = url;
  link.target = "_blank";
  link.textContent = `${open}: ${name}`;
  const rest = unseen > 0 ? ` ${unprintable} ${unseen}` : "";
  line.replaceChildren(`${ready}. `, link, rest);
  link.focus();
}

const named = (answer) =>
  /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "sheets.pdf";

async function print(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.headers.get("Content-Type") !== "application/pdf") throw new Error();
  if (made) URL.revokeObjectURL(made);
  made = URL.createObjectURL(await answer.blob());
  offer(made, named(answer), Number(answer.headers.get("X-Muster-Unprintable")));
}

for (const form of document.querySelectorAll("form[data-print]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const buttons = [...form.querySelectorAll("button")];
    const action = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action");
    const asked = new URLSearchParams(new FormData(form));
    for (const button of buttons) button.disabled = true;
    working();
    try {
      await print(`${action}?${asked}`);
    } catch {
      line.replaceChildren(failed);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
}
