import { createSecretKey, hkdfSync } from 'node:crypto';

/*
 * Secrets at rest: the key-encryption key, what is derived of it, and what is sealed with either. Only processes that
 * run the gateway hold that key; others may seal a cluster's credential, to a public key, and can open nothing.
 * Kept apart from the keys that sign, so that whatever else must be kept secret in the database is sealed one way.
 */

/** What a derived key is for. Keys of two purposes say nothing about each other, nor about the key-encryption key. */
export type KeyPurpose = 'key-wrapping' | 'check-value' | 'cache-key' | 'cache-mac' | 'nonce' | 'cookie';

export interface KeyEncryption {
  /** 16 hexadecimal digits that tell key-encryption keys apart and give away nothing of them: safe in a log. */
  readonly fingerprint: string;
  /** 32 bytes, the same for the same key and purpose in every process (HKDF-SHA-256, RFC 5869). */
  deriveKey(purpose: KeyPurpose): Uint8Array;
}

/** The form of a fingerprint: what is read from the database and has another is not shown. */
export const FINGERPRINT = /^[0-9a-f]{16}$/;

const KEY_ENCRYPTION_KEY_BYTES = 32;

/** `key` is copied, and is in nothing that the result shows. Throws a RangeError unless it has 32 bytes. */
export function createKeyEncryption(key: Uint8Array): KeyEncryption {
  if (key.byteLength !== KEY_ENCRYPTION_KEY_BYTES) {
    throw new RangeError(`a key-encryption key has ${KEY_ENCRYPTION_KEY_BYTES} bytes, not ${key.byteLength}`);
  }
  const secret = createSecretKey(key);
  const derive = (purpose: KeyPurpose | 'fingerprint', bytes: number) =>
    new Uint8Array(hkdfSync('sha256', secret, '', `symbolon/1/${purpose}`, bytes));
  return {
    fingerprint: Buffer.from(derive('fingerprint', 8)).toString('hex'),
    deriveKey: (purpose) => derive(purpose, 32),
  };
}
