import type { KeyObject } from 'node:crypto';
import type { SubjectTokenAlgorithm } from '@symbolon/core';

export interface VerificationKey {
  readonly key: KeyObject;
  /** Those that fit the key's type and curve and, where the JWK names one, that one alone (RFC 8725 §3.1). */
  readonly algorithms: ReadonlySet<SubjectTokenAlgorithm>;
}

export interface KeySet {
  readonly byKid: ReadonlyMap<string, VerificationKey>;
  /** The key of a token that names none: there is one only where nothing else was published. */
  readonly only: VerificationKey | null;
  /** How many of the published keys are not used, because they are weak, private, symmetric or not told apart. */
  readonly dropped: number;
}

export function findKey(keys: KeySet, kid: string | null): VerificationKey | null {
  return kid === null ? keys.only : (keys.byKid.get(kid) ?? null);
}
