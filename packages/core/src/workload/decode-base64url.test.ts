import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64url, isBase64url } from './decode-base64url.ts';

test('L20: what is said to be base64url decodes, and what decodes is said to be', () => {
  const nearly = fc.string({ unit: fc.constantFrom(...'AQgwEZz09-_+/=. \n'.split('')), maxLength: 9 });
  const bytes = fc
    .uint8Array({ maxLength: 9 })
    .map((data) => data.toBase64({ alphabet: 'base64url', omitPadding: true }));
  fc.assert(
    fc.property(fc.oneof(nearly, bytes), (text) => {
      expect(isBase64url(text)).toBe(decodeBase64url(text) !== null);
    }),
    { numRuns: 2_000 },
  );
});

test('L20: of all the last characters that one byte or two can be written with, one each is taken', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('');
  for (const before of ['', 'A', 'AA', 'AAA', 'AAAA', 'AAAAA', 'AAAAAA']) {
    for (const last of alphabet) {
      expect(isBase64url(before + last)).toBe(decodeBase64url(before + last) !== null);
    }
  }
});
