// One button that opens the browser's own print window.
const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => print());
