// The sync line of a phone: always there, always true.
import { html, Icon } from "./html.js";
import { say } from "./words.js";
import { ago } from "./connection.js";

/** What is true right now, as [key, values, fine]. */
export function synced({ socket, outbox, roll }) {
  const n = outbox.count;
  if (outbox.signedOut || socket.signedOut) return ["sync_signed_out", { n }, false];
  const stale = socket.standing !== "live";
  if (n > 0 && (stale || outbox.cut)) {
    return [outbox.kept ? "sync_saved" : "sync_not_kept", { n }, false];
  }
  if (n > 0) return ["sync_sending", { n }, false];
  if (socket.standing === "connecting") return ["connecting", {}, false];
  if (stale) return ["sync_stale", { ago: ago(socket) }, false];
  if (outbox.refused.length) return ["sync_refused", { n: outbox.refused.length }, false];
  if (!Object.keys(outbox.state.said[roll.incident] ?? {}).length && !anyRest(outbox, roll)) {
    return ["sync_nothing", {}, true];
  }
  return roll.agreed ? ["sync_received", {}, true] : ["sync_checking", {}, false];
}

function anyRest(outbox, roll) {
  return Object.keys(outbox.state.rests[roll.incident] ?? {}).length > 0;
}

export function SyncLine({ phone }) {
  const [key, values, fine] = synced(phone);
  const shape = fine ? "i-check" : key === "sync_sending" ? "i-unsent" : "i-nonet";
  return html`<p class=${fine ? "sync" : "sync sync--wait"} data-sync=${key}>
    <${Icon} name=${key === "sync_checking" ? "i-unsent" : shape} />
    <span>${say(key, values)}</span>
    ${key === "sync_signed_out" && html`<a class="link" href="/sign-in">${say("sign_in")}</a>`}
  </p>`;
}
