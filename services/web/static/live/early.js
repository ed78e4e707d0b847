// Runs before the first paint: a phone in a dark room never lights up while a page loads.
try {
  const { school, person, locked } = document.currentScript.dataset;
  if (locked !== undefined || localStorage.getItem(`muster.lockdown.${school}.${person}`)) {
    document.documentElement.classList.add("dark-room");
  }
} catch {
  // Storage is off; the page itself decides as soon as it has loaded.
}
