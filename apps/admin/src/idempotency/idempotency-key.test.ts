import { expect, test } from 'vitest';
import { parseIdempotencyKey } from './idempotency-key.ts';

test.each([
  ['8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
  ['"8e03978e-40d5-43e8-bc93-6894a57f9324"', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
  ['"with spaces, and commas"', 'with spaces, and commas'],
  ['a'.repeat(255), 'a'.repeat(255)],
  [`"${'a'.repeat(255)}"`, 'a'.repeat(255)],
])('reads %s', (header, key) => {
  expect(parseIdempotencyKey(header)).toBe(key);
});

test.each([
  '',
  '""',
  '"',
  '"a',
  'a"',
  '"a""b"',
  '"a", "b"',
  'a, b',
  'a b',
  '"a\\"b"',
  '"\u00e4"',
  '"a\u0000"',
  '"a\u007f"',
  'a'.repeat(256),
  `"${'a'.repeat(256)}"`,
  '"a";p=1',
])('refuses %j, which is no one string of 1 to 255 printable ASCII characters', (header) => {
  expect(parseIdempotencyKey(header)).toBeNull();
});
