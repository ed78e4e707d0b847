// NOT STARTED YET: ask again with the same op until there is an answer.
import { pause } from "./ask.js";

const form = document.getElementById("again");

for (;;) {
  await pause(1000);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      credentials: "same-origin",
      body: new URLSearchParams(new FormData(form)),
      signal: AbortSignal.timeout(2500),
    });
    if (answer.status !== 503) {
      if (answer.redirected) location.assign(answer.url);
      else form.submit();
      break;
    }
  } catch {
    // No network: the page already says what to do, and asks again.
  }
}
