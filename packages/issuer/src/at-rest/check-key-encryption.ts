import type {
  KeyEncryptionCheck,
  KeyEncryptionCheckStore,
  SealedKeyPairStore,
  SigningKeyStore,
} from '@symbolon/core';
import { AtRestError } from './at-rest-error.ts';
import { thumbprintOfStored } from './cluster-credential-keys.ts';
import { FINGERPRINT, type KeyEncryption } from './key-encryption.ts';
import { openPrivateKey } from './seal-private-key.ts';

export interface CheckKeyEncryptionDeps {
  readonly store: KeyEncryptionCheckStore &
    Pick<SealedKeyPairStore, 'readSealedKeyPair'> &
    Pick<SigningKeyStore, 'readSigningKeys'>;
  readonly keyEncryption: KeyEncryption;
}

/**
 * Resolves where this is the key-encryption key of this database. The first gateway makes it so by storing the check
 * value, before anything is sealed: of two that start together with different keys one is refused, and never are secrets
 * sealed under both. A database of an earlier version may hold secrets and no check value: a key that does not open them
 * never becomes the recorded one.
 *
 * Throws AtRestError `key_encryption_key_wrong`, naming both fingerprints, or `sealed_value_invalid`; and
 * `UnavailableError` when the store cannot answer.
 */
export async function checkKeyEncryption({ store, keyEncryption }: CheckKeyEncryptionDeps): Promise<void> {
  await openWhatIsThere({ store, keyEncryption });
  const check: KeyEncryptionCheck = {
    fingerprint: keyEncryption.fingerprint,
    checkValue: Buffer.from(keyEncryption.deriveKey('check-value')).toString('hex'),
  };
  const stored = await store.ensureKeyEncryptionCheck(check);
  if (stored.checkValue === check.checkValue && stored.fingerprint === check.fingerprint) return;
  // The rest is told by the fingerprint, which is shown: whatever else somebody wrote there is not.
  if (!FINGERPRINT.test(stored.fingerprint) || stored.fingerprint === check.fingerprint) {
    throw new AtRestError(
      'sealed_value_invalid',
      'what is stored as the check of a key-encryption key is none',
    );
  }
  throw new AtRestError(
    'key_encryption_key_wrong',
    `the secrets in the database lie under the key-encryption key ${stored.fingerprint}, ` +
      `but the one given is ${check.fingerprint}`,
  );
}

/** One of them is enough: none was ever sealed before those that were there had been opened under the same key. */
async function openWhatIsThere({ store, keyEncryption }: CheckKeyEncryptionDeps): Promise<void> {
  const pair = await store.readSealedKeyPair('cluster-credentials');
  if (pair !== null) {
    const name = { purpose: 'cluster-credentials', kid: await thumbprintOfStored(pair) } as const;
    await openPrivateKey(keyEncryption, name, pair.sealedPrivateKey);
    return;
  }
  const [key] = await store.readSigningKeys();
  if (key === undefined) return;
  const name = { purpose: `signing-key/${key.algorithm}`, kid: key.kid } as const;
  await openPrivateKey(keyEncryption, name, key.sealedPrivateKey);
}
