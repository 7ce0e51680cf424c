import type { ConfigurationSnapshot } from '@symbolon/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Log } from '../log.ts';
import { createPolicyHolder } from './policy-holder.ts';

const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function snapshot(number: number): ConfigurationSnapshot {
  return {
    epoch: { number, id: `id-${number}` },
    clusters: [],
    identitySystems: [],
    targets: [],
    rules: [],
    revocations: [],
  };
}

function holder(readSnapshot: () => Promise<ConfigurationSnapshot>) {
  return createPolicyHolder({
    readSnapshot,
    issuer: 'https://id.example',
    log,
    now: () => 0,
    retryMs: 1_000,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('before a policy was read there is none, rather than an empty one', () => {
  expect(() => holder(async () => snapshot(1)).currentPolicy()).toThrow('no policy is in force');
});

test('a refresh that is asked for while a read runs waits for a read that began after it', async () => {
  const reads: ((value: ConfigurationSnapshot) => void)[] = [];
  const policies = holder(() => new Promise((resolve) => reads.push(resolve)));
  const first = policies.refresh();
  const second = policies.refresh();
  const third = policies.refresh();
  reads[0]?.(snapshot(1));
  await first;
  expect(policies.currentPolicy().epoch.number).toBe(1);
  await vi.waitFor(() => expect(reads).toHaveLength(2));
  reads[1]?.(snapshot(2));
  await Promise.all([second, third]);
  expect(policies.currentPolicy().epoch.number).toBe(2);
  expect(reads).toHaveLength(2);
});

test('where the new policy cannot be read the old one is dropped, until a later read succeeds', async () => {
  let isDown = false;
  const policies = holder(async () => {
    if (isDown) throw new Error('down');
    return snapshot(1);
  });
  await policies.refresh();
  isDown = true;
  await expect(policies.refresh()).rejects.toThrow('down');
  expect(() => policies.currentPolicy()).toThrow('no policy is in force');
  isDown = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(policies.currentPolicy().epoch.number).toBe(1);
});

test('a closed holder attempts nothing more', async () => {
  const readSnapshot = vi.fn(async () => {
    throw new Error('down');
  });
  const policies = holder(readSnapshot);
  policies.close();
  await expect(policies.refresh()).rejects.toThrow('down');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(readSnapshot).toHaveBeenCalledTimes(1);
});

test('its facts are those of the policy in force, and none while there is none', async () => {
  let isDown = true;
  const policies = holder(async () => {
    if (isDown) throw new Error('down');
    return snapshot(7);
  });
  await expect(policies.refresh()).rejects.toThrow('down');
  expect(policies.policyFacts()).toEqual({ inForce: null, succeededReads: 0, failedReads: 1 });
  isDown = false;
  await policies.refresh();
  expect(policies.policyFacts()).toMatchObject({
    inForce: { epoch: 7, readAtMs: 0, faults: 0, clusters: [], objects: { MappingRule: 0 } },
    succeededReads: 1,
    failedReads: 1,
  });
  isDown = true;
  await expect(policies.refresh()).rejects.toThrow('down');
  expect(policies.policyFacts()).toMatchObject({ inForce: null, failedReads: 2 });
  policies.close();
});
