/** A string of structured fields (RFC 8941 §3.3.3) of 1 to 255 characters, without escapes. */
const QUOTED = /^"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"$/;
/** Without quotation marks, as most callers write it: what needs none. */
const BARE = /^([-A-Za-z0-9._~:]{1,255})$/;

/** The key of the header `Idempotency-Key`, with or without quotation marks; null for what is none. */
export function parseIdempotencyKey(header: string): string | null {
  return (QUOTED.exec(header) ?? BARE.exec(header))?.[1] ?? null;
}
