import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHmacSha256 } from './hmac-sha256.ts';

test('L22: it is the HMAC of the platform, for all keys and texts', () => {
  const key = fc.uint8Array({ minLength: 1, maxLength: 64 });
  fc.assert(
    fc.property(key, fc.string({ unit: 'binary', maxLength: 60 }), (bytes, text) => {
      const expected = createHmac('sha256', bytes).update(text).digest('latin1');
      expect(createHmacSha256(bytes)(text)).toBe(expected);
    }),
    { numRuns: 50 },
  );
});

test('L22: a character beyond ASCII is not taken for the one that shares its lower bits', () => {
  const hmac = createHmacSha256(new Uint8Array(32));
  expect(hmac('\u0141')).not.toBe(hmac('A'));
  expect(hmac('\u00c1')).not.toBe(hmac('A'));
});

test('one text after the other, each has its own, and a change of the key afterwards changes nothing', () => {
  const key = new Uint8Array(32).fill(1);
  const hmac = createHmacSha256(key);
  const first = hmac('a');
  hmac('b');
  key.fill(2);
  expect(hmac('a')).toBe(first);
  expect(createHmacSha256(key)('a')).not.toBe(first);
});

test('a key that would have to be hashed first is refused', () => {
  expect(() => createHmacSha256(new Uint8Array(65))).toThrow(RangeError);
});
