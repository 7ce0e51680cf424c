import { expect, test } from 'vitest';
import { askedDelayMs, backOffDelayMs, refusalDelayMs, renewalDelayMs } from './schedule.ts';

/** From the least to just below the most that a random number can be. */
const RANDOMS = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999999];

test.each(RANDOMS)(
  'with the random number %s a credential is renewed around two thirds of its life',
  (random) => {
    for (const seconds of [60, 90, 600, 3_600, 86_400]) {
      const share = renewalDelayMs(seconds * 1000, random) / (seconds * 1000);
      expect(share).toBeGreaterThan(0.5999);
      expect(share).toBeLessThan(0.7334);
    }
  },
);

test('renewals are spread', () => {
  expect(renewalDelayMs(600_000, 0.5)).toBe(400_000);
  expect(new Set(RANDOMS.map((random) => renewalDelayMs(600_000, random))).size).toBe(RANDOMS.length);
});

test('failures are tried again ever more slowly, at most a minute apart and at least a second', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 10_000].map((failures) => backOffDelayMs(failures, 0))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
  ]);
  for (const random of RANDOMS) {
    expect(backOffDelayMs(1, random)).toBeGreaterThanOrEqual(1_000);
    expect(backOffDelayMs(9, random)).toBeGreaterThanOrEqual(30_000);
  }
});

test('a refusal is tried again about once a minute', () => {
  expect(RANDOMS.map((random) => Math.round(refusalDelayMs(random) / 1000))).toEqual([
    54, 55, 57, 60, 63, 65, 66,
  ]);
});

test('a server is never asked before the time that it asked for, and cannot stop a workload for a day', () => {
  for (const random of RANDOMS) {
    for (const asked of [1_000, 5_000, 60_000, 300_000]) {
      expect(askedDelayMs(asked, random)).toBeGreaterThanOrEqual(asked);
    }
    expect(askedDelayMs(0, random)).toBeGreaterThanOrEqual(1_000);
    expect(askedDelayMs(86_400_000, random)).toBeLessThanOrEqual(330_000);
  }
});
