import { expect, test } from 'vitest';
import { createFakeClock } from './fake-clock.ts';

test('moves only when told', () => {
  const { now, advance, set } = createFakeClock(1_000);
  expect(now()).toBe(1_000);
  advance(250);
  expect(now()).toBe(1_250);
  set(40);
  expect(now()).toBe(40);
});
