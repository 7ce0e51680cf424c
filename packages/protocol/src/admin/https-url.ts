import { isForbiddenHost } from '@symbolon/core';
import { z } from 'zod';

/**
 * URLs that the broker will fetch from. Each is written exactly as the URL standard serialises it, so that the host
 * that was judged is the host that is called, and two spellings are never one URL.
 */

const MAX_LENGTH = 2048;

/** `https://host[:port]`, without path, query, fragment and user. */
export const httpsOrigin = z
  .string()
  .max(MAX_LENGTH)
  .superRefine(judgeWith((url) => url.origin));

/** An https URL without user and fragment. */
export const httpsUrl = z
  .string()
  .max(MAX_LENGTH)
  .superRefine(judgeWith((url) => url.href));

/** The origin of an https URL, or null for anything else; an issuer need not be a URL. */
export function httpsOriginOf(text: string): string | null {
  const url = URL.parse(text);
  return url !== null && url.protocol === 'https:' ? url.origin : null;
}

function judgeWith(canonical: (url: URL) => string) {
  return (text: string, context: z.core.$RefinementCtx<string>) => {
    const problem = problemOf(text, canonical);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  };
}

function problemOf(text: string, canonical: (url: URL) => string): string | null {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:') return 'must be an https URL';
  // The text is not repeated in the answer: it may hold a password.
  if (url.username !== '' || url.password !== '') return 'must not hold a user or a password';
  if (url.hash !== '' || text.includes('#')) return 'must not have a fragment';
  if (url.hostname.endsWith('.')) return 'must name its host without a last dot';
  if (isForbiddenHost(url.hostname)) return 'must not be a link-local address or a metadata service';
  return canonical(url) === text ? null : `must be written ${canonical(url)}`;
}
