import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPersistentMultimap } from './persistent-multimap.ts';

interface Kept {
  readonly key: number;
}

const empty = createPersistentMultimap<number, Kept>((key) => key);

describe('createPersistentMultimap', () => {
  test('holds under each key what was added and not removed, and every older one what it held', () => {
    const change = fc.record({ key: fc.nat({ max: 3 }), at: fc.nat({ max: 5 }), isRemoval: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 12 }), { maxLength: 6 }), (edits) => {
        let map = empty;
        let model: readonly Kept[] = [];
        const made = [{ map, model }];
        for (const changes of edits) {
          const edit = map.edit();
          for (const { key, at, isRemoval } of changes) {
            const [chosen = { key }] = isRemoval ? model.slice(at) : [];
            if (isRemoval) edit.remove(chosen.key, chosen);
            else edit.add(key, chosen);
            model = isRemoval ? model.filter((kept) => kept !== chosen) : [...model, chosen];
          }
          map = edit.done();
          made.push({ map, model });
        }
        for (const one of made) {
          for (const key of [0, 1, 2, 3]) {
            const kept = one.map.get(key);
            expect(new Set(kept)).toEqual(new Set(one.model.filter((value) => value.key === key)));
            expect(kept).toHaveLength(one.model.filter((value) => value.key === key).length);
          }
          expect(one.map.size).toBe(new Set(one.model.map(({ key }) => key)).size);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a hundred thousand values of one key are added and removed without a look at all for each', () => {
    const values = Array.from({ length: 100_000 }, () => ({ key: 1 }));
    const added = empty.edit();
    for (const value of values) added.add(1, value);
    const full = added.done();
    const removed = full.edit();
    for (const value of values.slice(1)) removed.remove(1, value);
    expect(removed.done().get(1)).toEqual(values.slice(0, 1));
    expect(full.get(1)).toHaveLength(100_000);
  });
});
