// "?" shows the keys of the page over it; Esc or its button closes them.
const over = document.querySelector("#keys");

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select");
  if (event.key !== "?" || typing || event.ctrlKey || event.metaKey || over?.open) return;
  event.preventDefault();
  over?.showModal();
});
