import type { FetchedJwks, Jwk, PublishedJwks } from './ports.ts';

/** A JWK Set as a source published it, for tests. */
export function publishedJwks(keys: readonly Jwk[], changes: Partial<PublishedJwks> = {}): PublishedJwks {
  return {
    issuer: null,
    discovery: null,
    keys: { url: 'https://cluster.test/jwks', value: keys, etag: null, maxAgeSeconds: null },
    ...changes,
  };
}

/** An attempt that read one set. */
export function fetchedJwks(keys: readonly Jwk[], maxAgeSeconds: number | null = null): FetchedJwks {
  const { keys: representation, ...jwks } = publishedJwks(keys);
  return { published: [{ ...jwks, keys: { ...representation, maxAgeSeconds } }], failure: null };
}
