import { type ReadSealingKey, type SealedKeyPairStore, UnavailableError } from '@symbolon/core';
import { eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { sealedKeyPairs } from './schema.ts';

export function createSealedKeyPairStore(database: Database): SealedKeyPairStore & ReadSealingKey {
  const read = async (purpose: string) => {
    const [pair] = await database.run((statements) =>
      statements
        .select({ publicJwk: sealedKeyPairs.publicJwk, sealedPrivateKey: sealedKeyPairs.sealedPrivateKey })
        .from(sealedKeyPairs)
        .where(eq(sealedKeyPairs.purpose, purpose)),
    );
    return pair ?? null;
  };
  return {
    readSealedKeyPair: read,
    async readSealingKey(purpose) {
      const [pair] = await database.run((statements) =>
        statements
          .select({ publicJwk: sealedKeyPairs.publicJwk })
          .from(sealedKeyPairs)
          .where(eq(sealedKeyPairs.purpose, purpose)),
      );
      return pair?.publicJwk ?? null;
    },
    async ensureSealedKeyPair(purpose, create) {
      const present = await read(purpose);
      if (present !== null) return present;
      const created = await create();
      // Of several that arrive here together the first is stored, and all read that one back.
      await database.run((statements) =>
        statements
          .insert(sealedKeyPairs)
          .values({ purpose, ...created })
          .onConflictDoNothing(),
      );
      const stored = await read(purpose);
      if (stored === null) throw new UnavailableError('storage_unavailable', 'a key pair was not stored');
      return stored;
    },
  };
}
