import { type KeyEncryptionCheckStore, UnavailableError } from '@symbolon/core';
import type { Database } from './database.ts';
import { keyEncryptionCheck } from './schema.ts';

export function createKeyEncryptionCheckStore(database: Database): KeyEncryptionCheckStore {
  const { fingerprint, checkValue } = keyEncryptionCheck;
  return {
    async ensureKeyEncryptionCheck(check) {
      await database.run((statements) =>
        statements
          .insert(keyEncryptionCheck)
          .values({ fingerprint: check.fingerprint, checkValue: check.checkValue })
          .onConflictDoNothing(),
      );
      const [stored] = await database.run((statements) =>
        statements.select({ fingerprint, checkValue }).from(keyEncryptionCheck),
      );
      if (stored === undefined) {
        throw new UnavailableError(
          'storage_unavailable',
          'the check of the key-encryption key was not stored',
        );
      }
      return stored;
    },
  };
}
