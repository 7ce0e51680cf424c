import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashOfText } from './hash.ts';
import { createPersistentMap, type PersistentMap } from './persistent-map.ts';

const range = (count: number) => Array.from({ length: count }, (_, at) => at);

function filled(count: number, hashOf: (key: number) => number): PersistentMap<number, string> {
  const edit = createPersistentMap<number, string>(hashOf).edit();
  for (const key of range(count)) edit.set(key, `value-${key}`);
  return edit.done();
}

const contentsOf = <K, V>(map: PersistentMap<K, V>) => new Map(map.entries());

describe('createPersistentMap', () => {
  test('holds what a plain map holds after the same changes, and every older map what it held', () => {
    const change = fc.record({ key: fc.nat({ max: 400 }), isDelete: fc.boolean() });
    const edits = fc.array(fc.array(change, { maxLength: 150 }), { maxLength: 6 });
    // Few hashes make deep parts, and one hash alone parts that cannot be divided.
    const spread = fc.constantFrom(1, 7, 1000);
    fc.assert(
      fc.property(edits, spread, (changes, hashes) => {
        let map = createPersistentMap<number, number>((key) => (key % hashes) * 0x1000001);
        let model: ReadonlyMap<number, number> = new Map();
        const made = [{ map, model }];
        for (const [at, step] of changes.entries()) {
          const edit = map.edit();
          const next = new Map(model);
          for (const { key, isDelete } of step) {
            if (isDelete) edit.delete(key);
            else edit.set(key, key + at);
            if (isDelete) next.delete(key);
            else next.set(key, key + at);
            if (edit.get(key) !== next.get(key)) throw new Error(`${key} is not as it was written`);
          }
          map = edit.done();
          model = next;
          made.push({ map, model });
        }
        for (const one of made) {
          expect(contentsOf(one.map)).toEqual(one.model);
          expect(one.map.size).toBe(one.model.size);
          expect(range(401).map(one.map.get)).toEqual(range(401).map((key) => one.model.get(key)));
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  test('keys of one hash are told apart, however many they are', () => {
    const map = filled(1000, () => 5);
    expect(map.size).toBe(1000);
    expect(range(1001).map((key) => map.get(key))).toEqual([
      ...range(1000).map((key) => `value-${key}`),
      undefined,
    ]);
  });

  test('a change copies a few hundred entries at the most, whatever the size of the map', () => {
    let hashed = 0;
    const map = filled(50_000, (key) => {
      hashed += 1;
      return hashOfText(`key-${key}`);
    });
    // Only to divide a part hashes its entries again: parts are divided, and no entry more than once a level.
    expect(hashed).toBeGreaterThan(51_000);
    expect(hashed).toBeLessThan(50_000 * 6);
    const before = contentsOf(map);
    hashed = 0;
    const edit = map.edit();
    edit.set(7, 'another');
    edit.delete(8);
    const after = edit.done();
    expect(hashed).toBeLessThan(200);
    expect([after.get(7), after.get(8), after.size]).toEqual(['another', undefined, 49_999]);
    expect(contentsOf(map)).toEqual(before);
  });
});
