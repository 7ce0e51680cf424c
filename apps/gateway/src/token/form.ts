/** The parameters of a form by name, each with its values in the order in which they came. */
export type Form = ReadonlyMap<string, readonly string[]>;

const MAX_PARAMETERS = 128;

/**
 * Parses `application/x-www-form-urlencoded`, strictly: null for bytes that are not printable ASCII (an encoder
 * leaves none), for a `%` without two hexadecimal digits, for what is not UTF-8 when decoded, for too many
 * parameters. `URLSearchParams` repairs all of these without a word, and what a repair makes of a token or an
 * audience nobody has sent.
 */
export function parseForm(body: Uint8Array): Form | null {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  if (!/^[\x20-\x7e]*$/.test(text)) return null;
  const pairs = text.split('&', MAX_PARAMETERS + 1);
  if (pairs.length > MAX_PARAMETERS) return null;

  const form = new Map<string, string[]>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = decode(equals === -1 ? '' : pair.slice(equals + 1));
    if (name === null || value === null) return null;
    const values = form.get(name);
    if (values === undefined) form.set(name, [value]);
    else values.push(value);
  }
  return form;
}

function decode(encoded: string): string | null {
  const spaced = encoded.includes('+') ? encoded.replaceAll('+', ' ') : encoded;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return null;
  }
}
