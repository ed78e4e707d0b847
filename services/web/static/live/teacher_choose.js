// "Who is with you?": the classes of this phone's owner, any other class, or none.
import { Component, html } from "./html.js";
import { roomName, say } from "./words.js";
import { folded } from "./names.js";
import { SyncLine } from "./sync_line.js";

export class ChoosePage extends Component {
  constructor() {
    super();
    this.state = { text: "" };
  }

  pick(id) {
    const { phone } = this.props;
    phone.roll.choose(id);
    phone.go({ name: "class" });
  }

  render({ phone }, { text }) {
    const { names, roll } = phone;
    const own = names.own.map((id) => names.classes.get(id)).filter(Boolean);
    own.sort((a, b) => (a.type < b.type ? -1 : 1));
    const wanted = folded(text.trim());
    const others = [...names.classes.values()].filter(
      (one) => wanted && !names.own.includes(one.id) && folded(`${one.room} ${one.title}`).includes(wanted),
    );
    return html`<main id="main" class="over-class">
      <${SyncLine} phone=${phone} />
      <div class="pad stack">
        <h2>${say("who_is_with_you")}</h2>
        <ul class="found">${own.map((one) => this.row(one, names))}</ul>
        <p class="field"><label for="class">${say("other_class")}</label>
          <input id="class" type="search" autocomplete="off" value=${text}
            onInput=${(event) => this.setState({ text: event.target.value })} /></p>
        <ul class="found">${others.slice(0, 8).map((one) => this.row(one, names))}</ul>
        <button class="btn" type="button" onClick=${() => this.pick("")}>${say("no_class_with_me")}</button>
        ${roll.chosen !== undefined && html`<button class="btn" type="button"
          onClick=${() => phone.go({ name: "class" })}>${say("back")}</button>`}
      </div>
    </main>`;
  }

  row(one, names) {
    const n = names.members.get(one.id)?.length;
    return html`<li key=${one.id}><button class="btn btn--big" type="button" data-class=${one.id}
      onClick=${() => this.pick(one.id)}><span dir="auto">${roomName(one.room, one.title)}
      <small>${one.title}${n ? ` · ${say("students", { n })}` : ""}</small></span></button></li>`;
  }
}
