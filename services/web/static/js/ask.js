// Writes to the API: one op id an act, the same one each time it is asked again.

export function drawOp() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

// Answers {status, body}; status 0 when nothing came back within `ms`.
export async function post(path, body, op, ms = 2000) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-Muster": "1", "Idempotency-Key": op },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ms),
    });
    return { status: answer.status, body: await answer.json().catch(() => ({})) };
  } catch {
    return { status: 0, body: {} };
  }
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
