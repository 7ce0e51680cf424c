import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRecentMap } from './recent-map.ts';

const bounds = { maxEntries: 20, maxBytes: 1_000 };

test('gives back what was put under a key, and nothing for any other or once it was deleted', () => {
  const map = createRecentMap<string>(bounds);
  map.set('a', 'one', 1);
  map.set('a', 'two', 1);
  expect([map.get('a'), map.get('b')]).toEqual(['two', undefined]);
  map.delete('a');
  expect(map.get('a')).toBeUndefined();
});

test('A33: a flood of new entries does not drive out one that is in use', () => {
  const map = createRecentMap<number>(bounds);
  map.set('hot', 1, 10);
  for (let at = 0; at < 10_000; at++) {
    map.set(`flood-${at}`, at, 10);
    if (at % 5 === 0) expect(map.get('hot')).toBe(1);
  }
});

test('what was not asked for while others came is forgotten', () => {
  const map = createRecentMap<number>(bounds);
  map.set('cold', 1, 10);
  for (let at = 0; at < 20; at++) map.set(`other-${at}`, at, 10);
  expect(map.get('cold')).toBeUndefined();
});

test('L23: never holds more entries or bytes than its bounds, whatever is put and asked for', () => {
  const step = fc.record({ key: fc.integer({ min: 0, max: 60 }), bytes: fc.integer({ min: 1, max: 700 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const map = createRecentMap<number>(bounds);
      for (const { key, bytes } of steps) {
        if (bytes % 3 === 0) map.get(String(key));
        else map.set(String(key), bytes, bytes);
      }
      const held = Array.from({ length: 61 }, (_, key) => map.get(String(key))).filter(
        (bytes) => bytes !== undefined,
      );
      expect(held.length).toBeLessThanOrEqual(bounds.maxEntries);
      expect(held.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(bounds.maxBytes);
    }),
    { numRuns: 200 },
  );
});
