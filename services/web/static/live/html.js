// Markup for live pages: preact with htm, and a component that redraws only when told new things.
import { Component, Fragment, h, render } from "../vendor/preact.js";
import htm from "../vendor/htm.js";

export const html = htm.bind(h);
export { Component, Fragment, render };

/** A component that is drawn again only when one of its properties is another value. */
export class Still extends Component {
  shouldComponentUpdate(next) {
    const names = Object.keys(next);
    return (
      names.length !== Object.keys(this.props).length ||
      names.some((name) => next[name] !== this.props[name])
    );
  }
}

/** A shape of the page's own sprite; a word always stands beside it. */
export function Icon({ name }) {
  return html`<svg class="i" aria-hidden="true"><use href=${`#${name}`} /></svg>`;
}
