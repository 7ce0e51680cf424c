import type { Cluster } from '@symbolon/core';
import type { KeySet, VerificationKey } from '../keys/key-set.ts';
import type { ClusterKeys } from '../keys/ports.ts';

/**
 * Everything that a signature is verified against: the clusters that share an issuer, each at its revision, and the keys
 * of each. While it is the same object it says the same, though keys that were read again may be others that are equal.
 */
export interface CandidateKeys {
  /** Of each candidate, in their order; null: none may be used. */
  keys: readonly (KeySet | null)[];
}

/** The present keys of the clusters that accept tokens of an issuer: the same object for as long as nothing changed. */
export type ReadCandidateKeys = (issuer: string, candidates: readonly Cluster[]) => CandidateKeys;

interface Remembered {
  candidates: readonly Cluster[];
  readonly now: CandidateKeys;
}

/** Holds one entry an issuer. It is asked about issuers of tokens that were verified and no others, so they are few. */
export function createReadCandidateKeys({ knownKeys }: Pick<ClusterKeys, 'knownKeys'>): ReadCandidateKeys {
  const byIssuer = new Map<string, Remembered>();
  return (issuer, candidates) => {
    const remembered = byIssuer.get(issuer);
    if (remembered !== undefined && areSame(remembered.candidates, candidates)) {
      remembered.candidates = candidates;
      const { keys } = remembered.now;
      if (candidates.every((cluster, at) => knownKeys(cluster).keys === keys[at])) return remembered.now;
      const read = candidates.map((cluster) => knownKeys(cluster).keys);
      if (read.every((set, at) => isSameSet(set, keys[at] ?? null))) {
        remembered.now.keys = read;
        return remembered.now;
      }
    }
    const now = { keys: candidates.map((cluster) => knownKeys(cluster).keys) };
    byIssuer.set(issuer, { candidates, now });
    return now;
  };
}

/** A revision stands for everything in a cluster's configuration: its mode, its audiences, its source of keys. */
function areSame(before: readonly Cluster[], after: readonly Cluster[]): boolean {
  if (before === after) return true;
  return (
    before.length === after.length &&
    before.every(({ name, revision }, at) => after[at]?.name === name && after[at].revision === revision)
  );
}

/** Keys are often read again and seldom others: then whatever they verified, these verify. */
function isSameSet(one: KeySet | null, other: KeySet | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.byKid.size === other.byKid.size &&
    one.byKid.entries().every(([kid, key]) => isSameKey(key, other.byKid.get(kid) ?? null)) &&
    isSameKey(one.only, other.only)
  );
}

function isSameKey(one: VerificationKey | null, other: VerificationKey | null): boolean {
  if (one === null || other === null) return one === other;
  return one.key.equals(other.key) && one.algorithms.symmetricDifference(other.algorithms).size === 0;
}
