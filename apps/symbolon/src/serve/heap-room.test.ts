import { expect, test } from 'vitest';
import { growingPercent } from './heap-room.ts';

const MIB = 1024 * 1024;

test.each([
  [16, 800],
  [64, 200],
  [128, 100],
  [400, 32],
])('a heap of which %i MiB are in use grows by %i percent, which are 128 MiB', (used, percent) => {
  expect(growingPercent(used * MIB)).toBe(percent);
});

test.each([430, 4_000])('a heap of which %i MiB are in use grows as the engine sees fit', (used) => {
  expect(growingPercent(used * MIB)).toBe(0);
});
