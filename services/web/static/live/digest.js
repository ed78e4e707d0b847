// Whether what the phone shows of a class is what the office has: its seq and its SHA-256.

/**
 * "same", "behind" (wait for the next frame) or "other" (ask for everything again).
 * @param {import("./picture.js").Row[]} rows the class's rows, without anything unsent
 * @param {{seq: number, sha256: string} | undefined} digest
 */
export async function compared(rows, digest) {
  if (!digest) return "behind";
  const seq = rows.reduce((most, row) => Math.max(most, row[2]), 0);
  if (seq < digest.seq) return "behind";
  if (seq > digest.seq) return "other";
  // Plain http elsewhere than on loopback has no digest: the seq alone has to do.
  if (!globalThis.crypto?.subtle) return "same";
  return (await sha256(canonical(rows))) === digest.sha256 ? "same" : "other";
}

/** Compact JSON of the sorted [id, state, seq] array. */
export function canonical(rows) {
  const triples = rows.map(([id, state, seq]) => [id, state, seq]);
  return JSON.stringify(triples.sort((a, b) => (a[0] < b[0] ? -1 : 1)));
}

async function sha256(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
