// Press and hold. The fill is the clock; letting go empties it at once.
const CLICK = 250;

// done: held to the end. A short press, a key or a screen reader's activation is a click and
// stays what the button is without script: the way to the two-step page.
export function hold(button, ms, done) {
  let timer = 0;
  let pressed = 0;
  let swallow = false;

  const stop = () => {
    clearTimeout(timer);
    timer = 0;
    button.classList.remove("is-holding");
  };
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    button.setPointerCapture(event.pointerId);
    pressed = performance.now();
    swallow = false;
    button.classList.add("is-holding");
    timer = setTimeout(() => {
      swallow = true;
      stop();
      done();
    }, ms);
  });
  const release = () => {
    if (!timer) return;
    // Let go half-way: that cancels, and is no click either.
    swallow = performance.now() - pressed > CLICK;
    stop();
  };
  button.addEventListener("pointerup", release);
  button.addEventListener("pointercancel", () => { swallow = true; stop(); });
  button.addEventListener("lostpointercapture", release);
  window.addEventListener("blur", stop);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("click", (event) => {
    if (swallow && event.detail !== 0) event.preventDefault();
    swallow = false;
  });
}
