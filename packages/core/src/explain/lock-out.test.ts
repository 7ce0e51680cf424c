import { describe, expect, test } from 'vitest';
import { CLUSTER } from '../decision/policy-fixtures.test-support.ts';
import type { ProofMode } from '../mapping/objects.ts';
import { lockOutOf } from './lock-out.ts';

const cluster = (mode: ProofMode) => ({
  ...CLUSTER,
  validation: { ...CLUSTER.validation, mode },
  reviewCacheSeconds: 10,
  watchStaleSeconds: 75,
  maxTokenLifetimeSeconds: 7200,
  clockSkewSeconds: 30,
});
const SHORT = { lifetimeSeconds: 600, mayOutliveSource: false };
const OUTLIVES = { lifetimeSeconds: 600, mayOutliveSource: true };

const bounds = (...asked: Parameters<typeof lockOutOf>) => {
  const { exchangesRefusedWithinSeconds, lastCredentialDeadWithinSeconds } = lockOutOf(...asked);
  return [exchangesRefusedWithinSeconds, lastCredentialDeadWithinSeconds];
};

describe('A25: after a removal', () => {
  test('offline: exchanges end with the token and the clock skew, the last credential with the token', () => {
    expect(bounds(cluster('offline'), SHORT, 1000)).toEqual([1030, 1000]);
    expect(bounds(cluster('offline'), SHORT, 100)).toEqual([130, 100]);
  });

  test('offline, without a token: the longest that the cluster accepts', () => {
    expect(bounds(cluster('offline'), SHORT, null)).toEqual([7230, 7200]);
    expect(bounds(cluster('offline'), OUTLIVES, null)).toEqual([7230, 7830]);
  });

  test('L35: a credential that may outlive its source lives on for its whole time after the last exchange', () => {
    expect(bounds(cluster('offline'), OUTLIVES, 1000)).toEqual([1030, 1630]);
  });

  test('review: exchanges end when what was answered last is forgotten', () => {
    expect(bounds(cluster('review'), OUTLIVES, 1000)).toEqual([10.1, 610.1]);
    expect(bounds(cluster('review'), SHORT, 1000)).toEqual([10.1, 610.1]);
  });

  test('watch: exchanges end when a watch that died without a sign is stale', () => {
    expect(bounds(cluster('watch'), OUTLIVES, null)).toEqual([75.1, 675.1]);
  });

  test('in every mode a token that ends sooner ends exchanges, and its credentials where they may not outlive it', () => {
    expect(bounds({ ...cluster('review'), clockSkewSeconds: 0 }, SHORT, 5)).toEqual([5, 5]);
    expect(bounds(cluster('watch'), SHORT, 20)).toEqual([50, 20]);
    expect(bounds(cluster('offline'), SHORT, -10)).toEqual([30, 0]);
  });

  test('where nothing is issued no credential lives on', () => {
    expect(lockOutOf(cluster('offline'), null, 1000)).toEqual({
      mode: 'offline',
      exchangesRefusedWithinSeconds: 1030,
      lastCredentialDeadWithinSeconds: null,
    });
  });
});
