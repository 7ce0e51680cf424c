import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createKeyEncryption, type KeyPurpose } from './key-encryption.ts';

const PURPOSES: KeyPurpose[] = ['key-wrapping', 'check-value', 'cache-key', 'cache-mac', 'nonce', 'cookie'];

test('derives 32 bytes for each purpose, the same in every process, and another for another purpose or key', () => {
  const key = randomBytes(32);
  const [one, same, other] = [key, key, randomBytes(32)].map(createKeyEncryption);
  const derived = [one, same, other].map((keys) =>
    PURPOSES.map((purpose) => Buffer.from(keys?.deriveKey(purpose) ?? []).toString('hex')),
  );

  expect(derived[0]).toStrictEqual(derived[1]);
  expect(new Set(derived.flat()).size).toBe(2 * PURPOSES.length);
  expect(derived.flat().every((hex) => hex.length === 64)).toBe(true);
  expect(derived.flat()).not.toContain(key.toString('hex'));
});

test('keeps its own copy of the key', () => {
  const key = randomBytes(32);
  const keys = createKeyEncryption(key);
  const before = keys.deriveKey('nonce');
  key.fill(0);
  expect(keys.deriveKey('nonce')).toStrictEqual(before);
});

test('the fingerprint tells two keys apart and is the start of no derived key', () => {
  const [one, other] = [createKeyEncryption(randomBytes(32)), createKeyEncryption(randomBytes(32))];
  expect(one.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(one.fingerprint).not.toBe(other.fingerprint);
  for (const purpose of PURPOSES) {
    expect(Buffer.from(one.deriveKey(purpose)).toString('hex')).not.toContain(one.fingerprint);
  }
});

test('A50: shows nothing of the key when it is logged or serialised', () => {
  const key = randomBytes(32);
  const keys = createKeyEncryption(key);
  const shown = JSON.stringify(keys) + inspect(keys, { depth: null, showHidden: true });
  expect(shown).toContain(keys.fingerprint);
  for (const form of [key.toString('hex'), key.toString('base64'), key.toString('base64url')]) {
    expect(shown).not.toContain(form);
  }
});

test.each([0, 16, 31, 33, 64])('refuses a key of %i bytes', (bytes) => {
  expect(() => createKeyEncryption(randomBytes(bytes))).toThrow(RangeError);
});
