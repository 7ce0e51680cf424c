import { open } from 'node:fs/promises';
import { AtRestError } from './at-rest-error.ts';
import { createKeyEncryption, type KeyEncryption } from './key-encryption.ts';

/** 43 characters and a line end; what is longer is no key and is not read any further. */
const MAX_FILE_BYTES = 64;
/** 32 bytes in base64url without padding (RFC 4648 §5). */
const KEY_FILE = /^([A-Za-z0-9_-]{43})\r?\n?$/;

/**
 * Reads the key-encryption key of a file: 32 random bytes in base64url, and at most a line end after them.
 * Throws AtRestError `key_encryption_key_unreadable` or `key_encryption_key_malformed`, which name the file only.
 */
export async function readKeyEncryption(path: string): Promise<KeyEncryption> {
  const text = await readStart(path);
  const encoded = KEY_FILE.exec(text)?.[1] ?? '';
  const key = Buffer.from(encoded, 'base64url');
  // The last character of the text form has two bits to spare: only one spelling of a key is accepted.
  if (encoded === '' || key.toString('base64url') !== encoded) {
    throw new AtRestError(
      'key_encryption_key_malformed',
      `the key-encryption key file ${path} must hold 32 random bytes in base64url (43 characters) and nothing else`,
    );
  }
  return createKeyEncryption(key);
}

async function readStart(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_FILE_BYTES), 0, MAX_FILE_BYTES);
      return buffer.toString('latin1', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new AtRestError(
      'key_encryption_key_unreadable',
      `the key-encryption key file ${path} cannot be read (${code})`,
    );
  }
}
