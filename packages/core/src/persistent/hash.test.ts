import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashOfPair, hashOfText } from './hash.ts';

test('the hash of a part of a text is that of the part alone, and has 30 bits', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (before, text, after) => {
      const hash = hashOfText(text);
      expect(hashOfText(before + text + after, before.length, before.length + text.length)).toBe(hash);
      expect(hash).toBe(hash & 0x3fffffff);
    }),
  );
});

test('hardly two of a hundred thousand names that differ in a few digits have one hash, alone or in pairs', () => {
  const names = Array.from({ length: 100_000 }, (_, at) => `service-${at}`);
  const hashes = names.map((name) => hashOfText(name));
  // By chance alone there would be five pairs in 2^30.
  expect(new Set(hashes).size).toBeGreaterThan(99_900);
  expect(new Set(hashes.map((hash) => hashOfPair(hash, 1))).size).toBeGreaterThan(99_900);
  expect(new Set(hashes.map((hash) => hashOfPair(1, hash))).size).toBeGreaterThan(99_900);
  // The lowest bits choose the part of a map: none may have far more than its share.
  const parts = new Map<number, number>();
  for (const hash of hashes) parts.set(hash % 32, (parts.get(hash % 32) ?? 0) + 1);
  expect(parts.size).toBe(32);
  expect(Math.max(...parts.values())).toBeLessThan(100_000 / 20);
});
