/** Part of the language's platform everywhere, but typed only by DOM and Node, of which core knows neither. */
declare const TextDecoder: new (
  label: 'utf-8',
  options: { readonly fatal: true; readonly ignoreBOM: true },
) => { decode(bytes: Uint8Array): string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const ALPHABET = /^[A-Za-z0-9_-]*$/;

/** What can stand last behind whole groups of four, by how many characters are left over: no bit is set that is no byte's. */
const CANONICAL_ENDS: { readonly [over: number]: RegExp } = { 2: /[AQgw]$/, 3: /[AEIMQUYcgkosw048]$/ };

/**
 * The bytes of unpadded base64url text (RFC 7515 §2), or null. Only the one canonical spelling of the bytes is taken:
 * no padding, no white space, no other alphabet, no bits set behind the last byte; so two texts are never one value.
 */
export function decodeBase64url(text: string): Uint8Array | null {
  if (!ALPHABET.test(text)) return null;
  const padding = '='.repeat((4 - (text.length % 4)) % 4);
  try {
    return Uint8Array.fromBase64(text + padding, { alphabet: 'base64url', lastChunkHandling: 'strict' });
  } catch {
    return null;
  }
}

/** Whether `decodeBase64url` would give bytes, without making them. */
export function isBase64url(text: string): boolean {
  if (!ALPHABET.test(text)) return false;
  const over = text.length % 4;
  return over === 0 || CANONICAL_ENDS[over]?.test(text) === true;
}

/** The same for text that holds UTF-8; null too where the bytes are none. A byte order mark stays and so fails as JSON. */
export function decodeBase64urlText(text: string): string | null {
  const bytes = decodeBase64url(text);
  if (bytes === null) return null;
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
