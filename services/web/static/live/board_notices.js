// What a board says instead of figures: covered, over, taken over.
import { html } from "./html.js";
import { say } from "./words.js";
import { actionsFor, modeWord, term } from "./incident.js";

/** Names, rooms and counts are out of sight until someone here shows them. */
export function Covered({ title, note, show }) {
  return html`<section class="covered" data-covered><h2>${title}</h2>${note && html`<p>${note}</p>`}
    <button class="btn btn--big" type="button" onClick=${show}>${say("uncover")}</button></section>`;
}

/** The page's incident is not the open one. */
export function Over({ board }) {
  const { incident } = board.socket.picture;
  const seen = Boolean(board.last);
  return html`<section class="covered" data-over><h2>${say(!board.wanted ? "calm" : seen ? "closed" : "not_open")}</h2>
    ${incident && html`<p>${say("replaced")}</p>`}
    <p class="row"><a class="btn" href=${incident ? "/incident" : "/office"}>${say(incident ? "to_open" : "to_office")}</a></p>
  </section>`;
}

/** A live incident arrived on a drill's screen. */
export function TakenOver() {
  return html`<section class="takeover" data-takeover><h2>${say("taken_over")}</h2>
    <p><a class="btn btn--big" href="/incident">${say("to_open")}</a></p></section>`;
}

/** What is open, until the page around the board says so itself. */
export function Mode({ incident }) {
  return html`<h2 class=${incident.mode === "live" ? "live" : "drill"}>
    <span class="mode">${modeWord(incident)}</span> ${actionsFor(incident, []).map(term).join(", ")}</h2>`;
}
