// Words of the page, translated by the server.
const source = document.getElementById("words");
const texts = source ? JSON.parse(source.textContent) : {};

export function word(key, values = {}) {
  return (texts[key] ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
