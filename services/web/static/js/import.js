// While an import is at work its line is read again; when it is done the page is.
const EVERY = 700;

const look = async () => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = [...document.querySelectorAll("[data-working]")];
  const then = [...page.querySelectorAll("[data-working]")];
  if (then.length !== now.length) {
    location.reload();
    return;
  }
  now.forEach((old, at) => {
    const said = old.querySelector("[role=status]");
    const says = then[at].querySelector("[role=status]");
    if (said && says && said.textContent !== says.textContent) said.textContent = says.textContent;
    const bar = old.querySelector("progress");
    const far = then[at].querySelector("progress");
    if (bar && far) {
      if (far.hasAttribute("value")) {
        bar.max = far.max;
        bar.value = far.value;
      } else bar.removeAttribute("value");
    }
  });
};

if (document.querySelector("[data-working]")) {
  const again = async () => {
    try {
      await look();
    } catch {
      // No answer: the next look tells.
    }
    setTimeout(again, EVERY);
  };
  setTimeout(again, EVERY);
}

// An upload may take a while: say so, and let the button be pressed once.
const upload = document.querySelector("form[data-upload]");
upload?.addEventListener("submit", () => {
  const said = upload.querySelector("[role=status]");
  said.textContent = said.dataset.said;
  setTimeout(() => {
    upload.querySelector("button").disabled = true;
  });
});
addEventListener("pageshow", () => {
  const button = upload?.querySelector("button");
  if (button) button.disabled = false;
});
