import { expect, test } from 'vitest';
import { readRetryAfterMs } from './retry-after.ts';

const NOW = Date.UTC(2027, 0, 15, 8);

test.each([
  ['5', 5_000],
  [' 120 ', 120_000],
  ['0', 0],
  ['Fri, 15 Jan 2027 08:00:30 GMT', 30_000],
  ['Fri, 15 Jan 2027 07:00:00 GMT', 0],
])('reads %j, seconds or a date, as time from now', (header, ms) => {
  expect(readRetryAfterMs(header, NOW)).toBe(ms);
});

test.each([
  undefined,
  '',
  '-1',
  '1.5',
  '1e3',
  'soon',
  '2027-01-15',
  'Fri, 99 Foo 2027 08:00:30 GMT',
  '9'.repeat(40),
])('takes no time from %j', (header) => {
  expect(readRetryAfterMs(header, NOW)).toBeNull();
});
