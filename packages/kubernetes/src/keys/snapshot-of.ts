import type { Cluster, JsonValue, KeySnapshot } from '@symbolon/core';
import { importKey } from './import-jwks.ts';
import type { KeyHolding } from './key-holding.ts';
import type { Jwk } from './ports.ts';

/**
 * The held keys as they may lie in a store that more can read than the gateways: of a key that is not fit to verify,
 * which may be a private or a symmetric one, nothing but its id and its place goes with them. Its place is needed:
 * whether a kid is told apart, and whether a key is the only one, depends on what else was published.
 */
export function snapshotOf({ name, revision }: Cluster, { parts, readAtMs }: KeyHolding): KeySnapshot {
  return {
    cluster: name,
    revision,
    readAtMs,
    published: parts.map(({ jwks: { issuer, keys } }) => ({ issuer, keys: keys.value.map(publicPart) })),
  };
}

function publicPart(jwk: Jwk): JsonValue {
  if (importKey(jwk) === null) return typeof jwk.kid === 'string' ? { kid: jwk.kid } : {};
  return Object.fromEntries(
    Object.entries(jwk).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}
