import type { JsonValue } from '@symbolon/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSameJson } from './is-same-json.ts';
import { mergePatch } from './merge-patch.ts';

/** RFC 7396, Appendix A. */
const EXAMPLES: readonly (readonly [JsonValue, JsonValue, JsonValue])[] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test.each(EXAMPLES)('%j patched by %j is %j', (target, patch, expected) => {
  expect(mergePatch(target, patch)).toEqual(expected);
});

test('a null that has nothing to remove becomes a member where such nulls are kept', () => {
  const patch = { a: { b: null, d: null }, e: { f: null } };
  expect(mergePatch({ a: { b: 1 }, c: 2 }, patch, true)).toEqual({ a: { d: null }, c: 2, e: { f: null } });
});

test('a member that is named like a prototype is a member like any other, and reaches no prototype', () => {
  const hostile = JSON.parse(
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"x":1}}}',
  ) as JsonValue;
  const merged = mergePatch({ a: 1 }, hostile);
  expect(Object.keys(merged as object)).toEqual(['a', '__proto__', 'constructor']);
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  expect('polluted' in {}).toBe(false);
});

test('whatever is patched: neither side is changed, no null of the patch is left, and a second time changes nothing', () => {
  const json = () => fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>;
  fc.assert(
    fc.property(json(), json(), (target, patch) => {
      const before = JSON.stringify([target, patch]);
      const once = mergePatch(target, patch);
      return JSON.stringify([target, patch]) === before && isSameJson(mergePatch(once, patch), once);
    }),
    { numRuns: 500 },
  );
});
