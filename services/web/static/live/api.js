// Requests to Muster's HTTP API: one op id an act, the same one each time it is asked again.

const WAIT = 8000;

/** An op id: drawn once for one act. */
export function drawOp() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

/**
 * @typedef {{status: number, body: any, wait: number}} Answer
 * status 0: nothing came back. wait: seconds that the server asks to wait.
 */

/** @returns {Promise<Answer>} */
export async function post(path, body, op = "") {
  const headers = { "Content-Type": "application/json", "X-Muster": "1" };
  if (op) headers["Idempotency-Key"] = op;
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** @returns {Promise<Answer>} */
export async function get(path) {
  return ask(path, { headers: { Accept: "application/json" } });
}

async function ask(path, options) {
  try {
    const answer = await fetch(path, {
      credentials: "same-origin",
      signal: AbortSignal.timeout(WAIT),
      ...options,
    });
    const wait = Number(answer.headers.get("Retry-After")) || 0;
    return { status: answer.status, body: await answer.json().catch(() => null), wait };
  } catch {
    return { status: 0, body: null, wait: 0 };
  }
}
