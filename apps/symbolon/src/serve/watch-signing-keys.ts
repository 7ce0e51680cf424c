import type { SigningAlgorithm, SigningKeyState, SigningKeyStore, StoredSigningKey } from '@symbolon/core';

/** Public facts alone. */
export interface SigningKeyFact {
  readonly algorithm: SigningAlgorithm;
  readonly state: SigningKeyState;
  /** Unix milliseconds: since when it has been so; where that is not stored, since when there is the key. */
  readonly sinceMs: number;
}

export interface WatchedSigningKeys extends SigningKeyStore {
  /** The keys as they were last read or changed through this store. */
  knownSigningKeys(): readonly SigningKeyFact[];
}

/** Remembers in which states the signing keys are, so that nobody has to ask the store to tell it. */
export function watchSigningKeys(store: SigningKeyStore): WatchedSigningKeys {
  let known: readonly SigningKeyFact[] = [];
  const remember = (keys: readonly StoredSigningKey[]) => {
    known = keys.map((key) => ({ algorithm: key.algorithm, state: key.state, sinceMs: sinceMs(key) }));
    return keys;
  };
  return {
    readSigningKeys: async () => remember(await store.readSigningKeys()),
    changeSigningKeys: async (plan) => remember(await store.changeSigningKeys(plan)),
    knownSigningKeys: () => known,
  };
}

function sinceMs({
  state,
  createdAtMs,
  publishedAtMs,
  activatedAtMs,
  retiredAtMs,
}: StoredSigningKey): number {
  switch (state) {
    case 'reserve':
    case 'disabled':
      return createdAtMs;
    case 'next':
      return publishedAtMs ?? createdAtMs;
    case 'current':
      return activatedAtMs ?? createdAtMs;
    case 'previous':
      return retiredAtMs ?? createdAtMs;
  }
}
