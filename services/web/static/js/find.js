// "/" goes to the search; a list with data-narrows shows what matches while typing.
const box = document.querySelector(".findbox");

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing && box) {
    event.preventDefault();
    box.focus();
  }
});

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

if (box?.dataset.narrows) {
  const rows = [...document.querySelectorAll(box.dataset.narrows)];
  box.addEventListener("input", () => {
    const wanted = plain(box.value);
    for (const row of rows) row.hidden = !plain(row.cells[0].textContent).includes(wanted);
  });
}
