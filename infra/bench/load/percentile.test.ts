import { expect, test } from 'vitest';
import { median, percentile } from './percentile.ts';

test('is the least value that as many do not exceed: nearest rank, never between two', () => {
  const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0, 1, 50, 99, 99.1, 100].map((percent) => percentile(hundred, percent))).toEqual([
    1, 1, 50, 99, 100, 100,
  ]);
  expect(percentile(Float64Array.of(7), 99)).toBe(7);
});

test('of nothing there is none', () => {
  expect(() => percentile(new Float64Array(), 50)).toThrow('nothing was measured');
});

test('a median does not care for order, nor for one slice that was disturbed', () => {
  expect(median([900, 1_000, 3, 1_010, 1_020])).toBe(1_000);
});
