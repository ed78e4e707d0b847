// Figures of a wall board, from counts by room: by state for command, else accounted and not yet.
import { html, Icon, Still } from "./html.js";
import { look, minutes, ORDER, say, SHAPES } from "./words.js";
import { counted } from "./picture.js";
import { expectedNow, Moment } from "./moment.js";
import { placeOf } from "./places.js";

const LONGEST = 5;

/** [what is open, its word and shape] of a count: the states of command, or the two of others. */
const OPEN = [
  ["unknown", "s-unknown", "st-unknown"],
  ["not_yet", "s-unknown", "st-unknown"],
  ["missing", "s-missing", "st-missing"],
  ["injured", "s-injured", "st-injured"],
  ["elsewhere", "s-other", "st-other"],
  ["left", "s-left", "st-left"],
];

export function WallFigures({ wall }) {
  const { picture } = wall.socket;
  const { counts } = picture;
  if (!counted(picture)) return html`<p class="counting-now" data-counting>${say("counting")}</p>`;
  const plain = "not_yet" in counts;
  const key = plain ? "not_yet" : "unknown";
  const rooms = [...picture.rooms.values()].filter((room) => room[1] > 0);
  const open = rooms.filter((room) => room[2][key] > 0).sort((a, b) => b[2][key] - a[2][key]);
  const { expected: total, left } = expectedNow(picture);
  tell(wall, counts, open.length, key);
  return html`<${Moment} picture=${picture} zone=${wall.context.zone} look="wmoment" />
    <section class="wun" aria-labelledby="u"><h2 id="u"><${Icon} name="s-unknown" /> ${say(plain ? "not_yet_head" : "unknown_head")}</h2>
      <p class="huge">${counts[key] ?? 0}</p>
      <p class="wsub">${total || rooms.length ? `${say("of_expected", { total })}, ${say("n_rooms", { n: open.length })}` : say("none_expected")}</p>
      <ol class="wl">${open.slice(0, LONGEST).map((room) => html`<${Line} key=${room[0] ?? "none"} wall=${wall} room=${room} n=${room[2][key]} />`)}</ol></section>
    <div class="wr">
      <dl class=${plain ? "wc wc--plain" : "wc wc--states"}>${plain
        ? html`<${Sum} look="st-with" shape="s-with" word=${say("accounted_head")} n=${counts.accounted ?? 0} />
          ${left > 0 && html`<${Sum} look="st-left" shape="s-left" word=${say("state_left")} n=${left} />`}`
        : ORDER.slice(1).map((state) => html`<${Sum} key=${state} look=${loud(state)} shape=${SHAPES[state]}
            word=${say(state === "elsewhere" ? "count_elsewhere" : `state_${state}`)}
            note=${state === "elsewhere" ? say("not_confirmed") : ""} n=${counts[state] ?? 0} />`)}</dl>
      <section class="wrooms" aria-labelledby="wr"><h2 id="wr">${say("rooms_by")}</h2>
        <ul class=${`wts ${dense(rooms)}`}>${named(wall, rooms).map(([name, room]) => html`<${Tile} key=${room[0] ?? "none"} name=${name} id=${room[0]} ...${state(room)} />`)}</ul></section>
    </div>`;
}

function loud(state) {
  return state === "missing" || state === "injured" ? look(state) : "st-plain";
}

function tell(wall, counts, rooms, key) {
  const { missing = 0 } = counts;
  wall.speaker.say(say("spoken", { rooms, unknown: counts[key] ?? 0, missing }));
}

function Line({ wall, room, n }) {
  const { incident } = wall;
  const ago = minutes(wall.socket.now() - Date.parse(room[3] ?? incident.started));
  return html`<li><b>${placeOf(room[0])?.[1] || wall.room(room[0])}</b><span>${n}</span>
    <span>${room[3] ? ago : ago === say("now") ? say("no_word") : say("without_word", { minutes: ago })}</span></li>`;
}

class Sum extends Still {
  render({ look: kind, shape, word, note = "", n }) {
    return html`<div class=${kind}><dt><${Icon} name=${shape} /> <span>${word}${note && html` <small>${note}</small>`}</span></dt><dd>${n}</dd></div>`;
  }
}

/** Many rooms make smaller tiles: a wall board cannot be scrolled. A place takes two. */
function dense(rooms) {
  const tiles = rooms.length + rooms.filter((room) => placeOf(room[0])).length;
  if (tiles > 36) return "wts--most";
  return tiles > 16 ? "wts--many" : "";
}

function named(wall, rooms) {
  const words = new Intl.Collator(document.documentElement.lang, { numeric: true });
  return rooms
    .map((room) => [wall.room(room[0]), room])
    .sort((a, b) => words.compare(a[0], b[0]));
}

/** What a tile shows: the gravest that is open, else that all are accounted for. */
function state([, expected, counts]) {
  for (const [key, shape, kind] of OPEN) {
    if (counts[key] > 0) return { shape, kind, n: counts[key], word: key };
  }
  for (const away of ["off_site", "absent"]) {
    if (counts[away] === expected) return { shape: SHAPES[away], kind: "st-away", n: 0, word: "all" };
  }
  return { shape: "s-with", kind: "st-with", n: 0, word: "all" };
}

const WORDS = { unknown: "n_open_unknown", not_yet: "n_open", left: "left_short", missing: "state_missing", injured: "state_injured", elsewhere: "count_elsewhere" };

class Tile extends Still {
  render({ name, id, shape, kind, n, word }) {
    const place = placeOf(id);
    const short = place ? (place[1] || name) : name.replace(/^\D+(?=\d)/, "");
    return html`<li class=${`wt ${kind} ${place ? "wt--place" : ""}`} data-tile=${name}><b class=${place ? "place" : short.length > 4 ? "long" : ""}><span class="vh">${name}</span><span aria-hidden="true">${short}</span></b>
      <${Icon} name=${shape} /><span>${n > 0
        ? html`<b>${n}</b> ${say(WORDS[word])}`
        : html`<span class="vh">${say("all_accounted")}</span>`}</span></li>`;
  }
}
