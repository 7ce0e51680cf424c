import { isForbiddenHost } from '@symbolon/core';
import { z } from 'zod';

/**
 * URLs that the broker will fetch from. Each is written exactly as the URL standard serialises it, so that the host
 * that was judged is the host that is called, and two spellings are never one URL.
 */

const MAX_LENGTH = 2048;

/** URL parsing lets a host have more characters, among them `*`, which somebody would take for a pattern. */
const HOSTNAME = /^(?:[-a-z0-9]+(?:\.[-a-z0-9]+)*|\[[0-9a-f:]+\])$/;

/** `https://host[:port]`, without path, query, fragment and user. */
export const httpsOrigin = httpsText(
  (url) => url.origin,
  'must be an https origin in its one spelling: lower case, no default port, no slash at its end',
);

/** An https URL without user and fragment. */
export const httpsUrl = httpsText(
  (url) => url.href,
  'must be an https URL in its one spelling: lower-case host, no default port, no dots to resolve',
);

/** The origin of an https URL, or null for anything else; an issuer need not be a URL. */
export function httpsOriginOf(text: string): string | null {
  const url = URL.parse(text);
  return url !== null && url.protocol === 'https:' ? url.origin : null;
}

type Canonical = (url: URL) => string;

function httpsText(canonical: Canonical, spelling: string) {
  return z
    .string()
    .max(MAX_LENGTH)
    .superRefine((text, context) => {
      // The text is repeated in no message: it may hold a password.
      const message = problemOf(text, canonical, spelling);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .meta({ pattern: '^https://' });
}

function problemOf(text: string, canonical: Canonical, spelling: string): string | null {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:') return 'must be an https URL';
  if (url.username !== '' || url.password !== '') return 'must not hold a user or a password';
  if (url.href.includes('#')) return 'must not have a fragment';
  if (!HOSTNAME.test(url.hostname))
    return 'must name its host by an address or a DNS name, without a last dot';
  if (isForbiddenHost(url.hostname)) return 'must not be a link-local address or a metadata service';
  return canonical(url) === text ? null : spelling;
}
