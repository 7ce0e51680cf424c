const MAX_TARGET_LENGTH = 512;
const MAX_SCOPE_LENGTH = 4096;
const MAX_SCOPES = 64;

/** A logical name (RFC 8693 §2.1): text as long as that of a target may be, no control characters. */
export function isAudience(value: string): boolean {
  return value.length <= MAX_TARGET_LENGTH && !/\p{Cc}/u.test(value);
}

const ABSOLUTE_URI = /^[a-z][a-z0-9+.-]*:(?:[a-z0-9\-._~:/?[\]@!$&'()*+,;=]|%[0-9a-f]{2})+$/i;

/** An absolute URI without fragment (RFC 8693 §2.1, RFC 3986 §4.3). */
export function isResource(value: string): boolean {
  if (value.length > MAX_TARGET_LENGTH || !ABSOLUTE_URI.test(value)) return false;
  return !/^https?:/i.test(value) || (/^https?:\/\/[^/?]/i.test(value) && URL.canParse(value));
}

const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/** Scope tokens (RFC 6749 §3.3), each once, in order; null for what is no scope. Empty: none was asked for. */
export function parseScope(value: string): readonly string[] | null {
  if (value === '') return [];
  if (value.length > MAX_SCOPE_LENGTH || !SCOPE.test(value)) return null;
  const scopes = new Set(value.split(' '));
  return scopes.size > MAX_SCOPES ? null : [...scopes];
}
