// One student's choices after a tap. Any mark can be taken back.
import { Component, html, Icon } from "./html.js";
import { say, SHAPES } from "./words.js";
import { folded } from "./names.js";
import { SyncLine } from "./sync_line.js";
import { whyText } from "./places.js";

const CHOICES = [
  ["with", "with_me", "mark_changes"],
  ["missing", "should_be_here", ""],
  ["injured", "state_injured", ""],
  ["absent", "state_absent", "absent_note"],
];

export class StudentSheet extends Component {
  constructor() {
    super();
    this.state = { adults: false };
  }

  componentDidMount() {
    this.heading?.focus();
  }

  back() {
    this.props.phone.go({ name: "class" });
  }

  mark(state, more) {
    const { phone } = this.props;
    phone.roll.mark(phone.screen.id, state, more);
    this.back();
  }

  render({ phone }, { adults }) {
    const { id } = phone.screen;
    const { roll, names, outbox } = phone;
    const one = roll.one(id);
    const drawn = outbox.said(phone.incident.id, id);
    return html`<main id="main" class="over-class" onKeyDown=${(event) => event.key === "Escape" && this.back()}>
      <${SyncLine} phone=${phone} />
      <section class="sheet" role="dialog" aria-labelledby="kid">
        <h2 id="kid" dir="auto" tabindex="-1" ref=${(element) => { this.heading = element; }}>${names.full(id)}</h2>
        <p class="sheetfact" data-state=${one.state}><${Icon} name=${SHAPES[one.state]} />
          <span>${say(`state_${one.state}`)}${one.why ? `. ${whyText(one.why, phone.context.zone)}` : ""}${one.contradicted ? `. ${say("differ_long")}` : ""}</span></p>
        ${adults
          ? html`<${Adults} names=${names} pick=${(adult) => this.mark("elsewhere", adult)}
              back=${() => this.setState({ adults: false })} />`
          : html`${CHOICES.map(([state, word, note]) => html`
              <${Choice} key=${state} shape=${SHAPES[state]} word=${say(word)} note=${say(note)}
                current=${one.state === state && drawn.length > 0} press=${() => this.mark(state)} />`)}
            <${Choice} shape="s-other" word=${say("someone_else")} note=${say("someone_else_note")}
              press=${() => this.setState({ adults: true })} />
            ${drawn.length > 0 && html`<button class="btn" type="button"
              onClick=${() => { roll.takeBack(id); this.back(); }}><span>${say("take_back")}</span></button>`}
            <button class="btn back" type="button" onClick=${() => this.back()}>${say("back_no_mark")}</button>`}
      </section>
    </main>`;
  }
}

function Choice({ shape, word, note, current = false, press }) {
  return html`<button class="btn" type="button" aria-pressed=${current} onClick=${press}>
    <${Icon} name=${shape} /> <span>${word}${note && html`<small>${note}</small>`}</span></button>`;
}

class Adults extends Component {
  constructor() {
    super();
    this.state = { text: "" };
  }

  render({ names, pick, back }, { text }) {
    const wanted = folded(text.trim());
    const found = [...names.staff.keys()].filter((id) => folded(names.adult(id)).includes(wanted));
    return html`<p class="field"><label for="adult">${say("with_whom")}</label>
        <input id="adult" autocomplete="off" value=${text}
          onInput=${(event) => this.setState({ text: event.target.value })} /></p>
      ${wanted.length > 1 && found.slice(0, 6).map((id) => html`<button class="btn" type="button" key=${id}
        onClick=${() => pick({ with_adult: id })}><span dir="auto">${names.adult(id)}</span></button>`)}
      <button class="btn" type="button" onClick=${() => pick({})}>
        <${Icon} name="s-other" /> <span>${say("do_not_know")}</span></button>
      <button class="btn back" type="button" onClick=${back}>${say("back")}</button>`;
  }
}
