import { createPublicKey, type KeyObject } from 'node:crypto';
import type { PublicJwk } from '@symbolon/core';
import { calculateJwkThumbprint } from 'jose';

/** The public half of a private key. It is derived anew, never what remains of a private JWK: no member can be missed. */
export function publicJwkOf(privateKey: KeyObject): PublicJwk {
  const { kty, ...members } = createPublicKey(privateKey).export({ format: 'jwk' }) as Record<string, string>;
  if (kty === undefined) throw new TypeError('a key of this kind has no JWK form');
  return { kty, ...members };
}

/** RFC 7638, SHA-256: the same key has the same `kid` wherever it is computed, and two keys never share one. */
export function thumbprintOf(publicJwk: PublicJwk): Promise<string> {
  return calculateJwkThumbprint(publicJwk, 'sha256');
}
