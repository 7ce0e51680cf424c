import type { PublicJwk } from '@symbolon/core';
import { JWK_SET_MEDIA_TYPE } from '@symbolon/protocol';
import { type Handle, served } from '../answered.ts';

/** The keys that verifiers may rely on, as the issuer publishes them. */
export interface PublishedKeys {
  /** Public members only; `kid` is unique (RFC 7517 §4.5). */
  readonly keys: readonly PublicJwk[];
  readonly maxAgeSeconds: number;
  /** A strong entity tag with its quotes; another for every other set of keys. */
  readonly etag: string;
}

export interface JwksDeps {
  /** Throws `UnavailableError('signing_key_unavailable')` while there are none to publish. */
  publishedKeys(): PublishedKeys;
  /** At least 0 and below 1; it spreads the times at which caches of the keys run out. */
  random(): number;
}

/** By how much of its time a cache may be told to come back earlier, so that not all come back at once. */
const MAX_AGE_JITTER = 0.1;

/** The JWK Set (RFC 7517 §5), cacheable, and revalidated by its tag (RFC 9110 §13.1.2). */
export function createJwksRoute(deps: JwksDeps): Handle {
  return ({ request }) => {
    const { keys, maxAgeSeconds, etag } = deps.publishedKeys();
    const earlierSeconds = Math.floor(deps.random() * MAX_AGE_JITTER * maxAgeSeconds);
    const headers = { etag, 'cache-control': `public, max-age=${maxAgeSeconds - earlierSeconds}` };
    if (matches(request.header('if-none-match'), etag)) return served(null, headers, 304);
    return served(JSON.stringify({ keys }), { ...headers, 'content-type': JWK_SET_MEDIA_TYPE });
  };
}

function matches(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
