import { expect, test } from 'vitest';
import { checkOwnClock, compareClock } from './check-clock.ts';

const NOW = Date.UTC(2027, 0, 15, 8);
const apart = (seconds: number) =>
  compareClock(new Date(NOW + seconds * 1000).toUTCString(), { askedAtMs: NOW, answeredAtMs: NOW + 200 })
    .status;

test('clocks further apart than a cluster allows by default are a problem, either way', () => {
  expect([-60, -32, -20, -7, -3, 0, 3, 7, 20, 32, 60].map(apart)).toEqual([
    'problem',
    'problem',
    'warning',
    'warning',
    'ok',
    'ok',
    'ok',
    'warning',
    'warning',
    'problem',
    'problem',
  ]);
});

test('an answer that was long on its way is not taken for a clock that is wrong', () => {
  const date = new Date(NOW).toUTCString();
  expect(compareClock(date, { askedAtMs: NOW - 9_000, answeredAtMs: NOW + 9_000 }).status).toBe('ok');
});

test('an answer without a date is not judged', () => {
  expect(compareClock(undefined, { askedAtMs: NOW, answeredAtMs: NOW }).status).toBe('unchecked');
});

test('a clock before this program was made, or far in the future, is a problem', () => {
  expect([0, Date.UTC(2026, 0, 1), NOW, Date.UTC(2101, 0, 1)].map((ms) => checkOwnClock(ms).status)).toEqual([
    'problem',
    'problem',
    'ok',
    'problem',
  ]);
});
