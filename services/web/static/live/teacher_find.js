// An extra student: find anyone of the school by name.
import { Component, html, Icon } from "./html.js";
import { roomName, say } from "./words.js";

const PAUSE = 200;

export class FindPage extends Component {
  constructor() {
    super();
    this.state = { text: "", found: [], asked: "", failed: false };
    this.timer = 0;
  }

  componentDidMount() {
    this.input?.focus();
  }

  componentWillUnmount() {
    clearTimeout(this.timer);
  }

  typed(text) {
    this.setState({ text });
    clearTimeout(this.timer);
    if (text.trim().length > 1) this.timer = setTimeout(() => this.ask(text.trim()), PAUSE);
  }

  async ask(text) {
    const found = await this.props.phone.names.find(text);
    if (this.state.text.trim() === text) {
      this.setState({ found: found ?? [], asked: text, failed: found === null });
    }
  }

  pick(id) {
    this.props.phone.go({ name: "student", id });
  }

  render({ phone }, { text, found, asked, failed }) {
    const { names } = phone;
    const home = (id) => names.classes.get(names.students.get(id)?.homeroom);
    return html`<main id="main" class="pad stack over-class">
      <h2>${say("extra_title")}</h2>
      <p class="field"><label for="find">${say("find_name")}</label>
        <input id="find" type="search" ref=${(element) => { this.input = element; }} autocomplete="off" value=${text}
          onInput=${(event) => this.typed(event.target.value)} /></p>
      ${failed && html`<p class="sync sync--wait"><${Icon} name="i-nonet" /> <span>${say("find_failed")}</span></p>`}
      ${asked && !found.length && !failed && html`<p>${say("find_none")}</p>`}
      <ul class="found">${found.map((id) => html`<li key=${id}><button class="btn" type="button"
        onClick=${() => this.pick(id)}><${Icon} name="s-extra" />
        <span dir="auto">${names.full(id)}<small>${say("grade", { grade: names.students.get(id).grade })}
          · <bdi>${roomName(home(id)?.room, home(id)?.title)}</bdi></small></span></button></li>`)}</ul>
      <button class="btn" type="button" onClick=${() => phone.go({ name: "class" })}>${say("back")}</button>
    </main>`;
  }
}
