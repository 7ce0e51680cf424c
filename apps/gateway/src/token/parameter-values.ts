import { isAudience, isScopeToken } from '@symbolon/core';

const MAX_SCOPES = 64;

const ABSOLUTE_URI = /^[a-z][a-z0-9+.-]*:(?:[a-z0-9\-._~:/?[\]@!$&'()*+,;=]|%[0-9a-f]{2})+$/i;

/** An absolute URI without fragment (RFC 8693 §2.1, RFC 3986 §4.3) that a target can have. */
export function isResource(value: string): boolean {
  if (!isAudience(value) || !ABSOLUTE_URI.test(value)) return false;
  return !/^https?:/i.test(value) || (/^https?:\/\/[^/?]/i.test(value) && URL.canParse(value));
}

/**
 * Scopes (RFC 6749 §3.3), each once, in order; null where one is none that a target can have: a whole token must not
 * pass as a scope, and from there into the audit trail. Empty: none was asked for.
 */
export function parseScope(value: string): readonly string[] | null {
  if (value === '') return [];
  const scopes = [...new Set(value.split(' '))];
  return scopes.length <= MAX_SCOPES && scopes.every(isScopeToken) ? scopes : null;
}
