// A headcount before a bulk mark: asked, never filled in, asked once more when it does not match.
import { Component, html } from "./html.js";
import { say } from "./words.js";

export class HeadcountPage extends Component {
  constructor() {
    super();
    this.state = { text: "", first: null };
  }

  componentDidMount() {
    this.input?.focus();
  }

  /** Students whom this phone would show as with its owner after the mark. */
  expected() {
    const { phone } = this.props;
    const here = phone.roll.students().filter((one) => one.state === "with").length;
    return here + phone.screen.ids.length;
  }

  send(event) {
    event.preventDefault();
    const { phone } = this.props;
    const { text, first } = this.state;
    if (!/^\d{1,3}$/.test(text)) return;
    const counted = Number(text);
    if (counted !== this.expected() && first === null) {
      this.setState({ first: counted, text: "" });
      this.input?.focus();
      return;
    }
    phone.roll.rest(phone.screen.ids, counted);
    phone.go({ name: "class" });
  }

  render({ phone }, { text, first }) {
    const n = phone.screen.ids.length;
    return html`<form class="headcount" onSubmit=${(event) => this.send(event)}>
      <main id="main" class="pad stack">
        <h2>${say("headcount")}</h2>
        <p>${first === null
          ? say("headcount_how")
          : say("headcount_again", { counted: first, expected: this.expected() })}</p>
        <p class="field"><label for="heads">${say("headcount_label")}</label>
          <input id="heads" class="heads" ref=${(element) => { this.input = element; }} inputmode="numeric" pattern="[0-9]*" maxlength="3"
            autocomplete="off" value=${text}
            onInput=${(event) => this.setState({ text: event.target.value.replace(/\D/g, "") })} /></p>
        <button class="btn" type="button" onClick=${() => phone.go({ name: "class" })}>
          ${say("back_no_mark")}</button>
      </main>
      <div class="phone__do"><button class="btn btn--act" disabled=${!text}>
        <span>${say("send_rest", { n })}
          <small>${say(first === null ? "headcount_sent" : "headcount_anyway")}</small></span></button></div>
    </form>`;
  }
}
