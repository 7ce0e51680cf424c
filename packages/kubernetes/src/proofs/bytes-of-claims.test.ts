import { expect, test } from 'vitest';
import { bytesOfClaims } from './bytes-of-claims.ts';

test('L23: brackets weigh what they become, however few characters of a token they are', () => {
  const text = { a: 'x'.repeat(11_000) };
  const objects = { a: Array.from({ length: 3_600 }, () => ({})) };
  const arrays = { a: Array.from({ length: 3_600 }, () => []) };
  expect(bytesOfClaims(text, 16_000)).toBeLessThan(25_000);
  expect(bytesOfClaims(objects, 16_000)).toBeGreaterThan(3_600 * 64);
  expect(bytesOfClaims(arrays, 16_000)).toBeGreaterThan(3_600 * 40);
});

test('every value counts, whatever holds it', () => {
  const of = (claims: Parameters<typeof bytesOfClaims>[0]) =>
    bytesOfClaims(claims, 0) / bytesOfClaims(null, 0);
  expect([of(1), of([]), of([1, 2]), of({ a: { b: [null, 'x'] } })]).toEqual([1, 1, 3, 5]);
});
