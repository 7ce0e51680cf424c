import {
  compareByteOrder,
  type KeyEncryptionCheck,
  type KeyEncryptionCheckStore,
  type ReadSealingKey,
  type SealedKeyPair,
  type SealedKeyPairStore,
  type SigningKeyStore,
  type StoredSigningKey,
  UnavailableError,
} from '@symbolon/core';
import { createOneAtATime } from '../one-at-a-time.ts';

export function createMemoryKeys(): SigningKeyStore &
  SealedKeyPairStore &
  ReadSealingKey &
  KeyEncryptionCheckStore {
  let keys: readonly StoredSigningKey[] = [];
  const pairs = new Map<string, SealedKeyPair>();
  let keyEncryptionCheck: KeyEncryptionCheck | null = null;
  const oneAtATime = createOneAtATime();
  return {
    readSigningKeys: async () => keys,
    changeSigningKeys: (plan) =>
      oneAtATime(async () => {
        const merged = new Map(keys.map((key) => [key.kid, key]));
        for (const key of await plan(keys)) merged.set(key.kid, structuredClone(key));
        assertOneCurrent([...merged.values()]);
        keys = [...merged.values()].toSorted(byCreation);
        return keys;
      }),
    readSealedKeyPair: async (purpose) => pairs.get(purpose) ?? null,
    readSealingKey: async (purpose) => pairs.get(purpose)?.publicJwk ?? null,
    async ensureKeyEncryptionCheck(check) {
      keyEncryptionCheck ??= { ...check };
      return keyEncryptionCheck;
    },
    async ensureSealedKeyPair(purpose, create) {
      const created = pairs.get(purpose) ?? structuredClone(await create());
      const stored = pairs.get(purpose) ?? created;
      pairs.set(purpose, stored);
      return stored;
    },
  };
}

function byCreation(left: StoredSigningKey, right: StoredSigningKey): number {
  return left.createdAtMs - right.createdAtMs || compareByteOrder(left.kid, right.kid);
}

function assertOneCurrent(keys: readonly StoredSigningKey[]): void {
  const current = keys.filter(({ state }) => state === 'current').map(({ algorithm }) => algorithm);
  if (new Set(current).size !== current.length) {
    throw new UnavailableError('internal_error', 'two current keys of one algorithm');
  }
}
