import { createPublicKey, type KeyObject } from 'node:crypto';
import type { SubjectTokenAlgorithm } from '@symbolon/core';
import type { KeySet, VerificationKey } from './key-set.ts';
import type { Jwk } from './ports.ts';

const NOT_PUBLIC = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];
const MIN_RSA_BITS = 2048;
const RSA: readonly SubjectTokenAlgorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const BY_CURVE: ReadonlyMap<string, SubjectTokenAlgorithm> = new Map([
  ['prime256v1', 'ES256'],
  ['secp384r1', 'ES384'],
  ['secp521r1', 'ES512'],
]);

/**
 * Imports what a cluster publishes, once for all tokens. A key that is not fit to verify is left out; so are all keys
 * of one `kid` (RFC 7517 §4.5 wants it unique): which of them is meant is not for the order of a list to say.
 */
export function importJwks(jwks: readonly Jwk[]): KeySet {
  const byKid = new Map<string, VerificationKey>();
  const [first, ...others] = jwks;
  const only = first !== undefined && others.length === 0 ? importKey(first) : null;
  for (const jwk of jwks) {
    const { kid } = jwk;
    if (typeof kid !== 'string' || jwks.filter((other) => other.kid === kid).length > 1) continue;
    const key = importKey(jwk);
    if (key !== null) byKid.set(kid, key);
  }
  return { byKid, only, dropped: jwks.length - Math.max(byKid.size, only === null ? 0 : 1) };
}

/** Null for a key that is not fit to verify, whatever it shares its set with. */
export function importKey(jwk: Jwk): VerificationKey | null {
  if (NOT_PUBLIC.some((member) => jwk[member] !== undefined)) return null;
  if (jwk.use !== undefined && jwk.use !== 'sig') return null;
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify')))
    return null;
  let key: KeyObject;
  try {
    key = createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return null;
  }
  const algorithms = algorithmsOf(key).filter((algorithm) => jwk.alg === undefined || jwk.alg === algorithm);
  return algorithms.length === 0 ? null : { key, algorithms: new Set(algorithms) };
}

function algorithmsOf({
  asymmetricKeyType,
  asymmetricKeyDetails = {},
}: KeyObject): readonly SubjectTokenAlgorithm[] {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails;
  if (asymmetricKeyType === 'rsa') return modulusLength < MIN_RSA_BITS ? [] : RSA;
  if (asymmetricKeyType === 'ed25519') return ['EdDSA'];
  const algorithm = BY_CURVE.get(namedCurve);
  return algorithm === undefined ? [] : [algorithm];
}
