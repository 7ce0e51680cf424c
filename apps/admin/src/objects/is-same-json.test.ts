import type { JsonValue } from '@symbolon/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSameJson } from './is-same-json.ts';

test.each<[JsonValue, JsonValue]>([
  [1, '1'],
  [null, {}],
  [[], {}],
  [['a'], { 0: 'a' }],
  [
    ['a', 'b'],
    ['b', 'a'],
  ],
  [{ a: 1 }, { a: 1, b: null }],
  [{ a: 1, b: null }, { a: 1 }],
  [{ a: 1 }, { b: 1 }],
  [[1], [1, 1]],
  [false, null],
])('%j and %j are not the same', (left, right) => {
  expect(isSameJson(left, right)).toBe(false);
});

test('a value is the same as what is left of it after a store has kept it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.stringify(value);
      return isSameJson(JSON.parse(json) as JsonValue, reversed(JSON.parse(json) as JsonValue));
    }),
    { numRuns: 300 },
  );
});

test('two values are the same exactly when their sorted texts are', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 }), (left, right) => {
      const [a, b] = [left, right].map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);
      return isSameJson(a ?? null, b ?? null) === (sortedText(a ?? null) === sortedText(b ?? null));
    }),
    { numRuns: 300 },
  );
});

function reversed(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toReversed());
}

function sortedText(value: JsonValue): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
