import { type Cluster, createRefusalCounter, type RefusalSummaryEvent } from '@symbolon/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Log } from '../log.ts';
import type { PolicyFacts } from './policy-holder.ts';
import { startUpkeep } from './upkeep.ts';
import { watchAudit } from './watch-audit.ts';

const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const EAST = { name: 'east' } as unknown as Cluster;
const FACTS = {
  epoch: 1,
  readAtMs: 0,
  faults: 0,
  objects: { Cluster: 1, IdentitySystem: 0, Target: 0, MappingRule: 0, Revocation: 0 },
  clusters: [EAST],
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function upkeep() {
  const written: RefusalSummaryEvent[] = [];
  const state = { isDown: false };
  const audit = watchAudit({
    recordExchange: async () => {},
    recordExplanation: async () => {},
    recordRefusals: async (events) => {
      if (state.isDown) throw new Error('down');
      written.push(...events);
    },
  });
  const maintain = vi.fn(async () => {});
  const refusals = createRefusalCounter(Date.now());
  const refreshDue = vi.fn(async (_clusters: readonly Cluster[]) => {});
  const policy: { inForce: PolicyFacts['inForce'] } = { inForce: FACTS };
  const { stop } = startUpkeep({
    audit,
    signingKeys: { maintain },
    policies: { policyFacts: () => ({ ...policy, succeededReads: 1, failedReads: 0 }) },
    clusterKeys: { refreshDue },
    refusals,
    log,
    now: Date.now,
  });
  return { audit, maintain, policy, refreshDue, refusals, state, stop, written };
}

test('signing keys are maintained every minute, and no more once stopped', async () => {
  const { maintain, stop } = upkeep();
  await vi.advanceTimersByTimeAsync(180_000);
  expect(maintain).toHaveBeenCalledTimes(3);
  await stop();
  await vi.advanceTimersByTimeAsync(180_000);
  expect(maintain).toHaveBeenCalledTimes(3);
});

test('refusals are summarised at most once a minute, and what is still held when it stops', async () => {
  const { refusals, stop, written } = upkeep();
  refusals.countRefusal('token_expired', 'east');
  await vi.advanceTimersByTimeAsync(59_000);
  expect(written).toEqual([]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(written).toHaveLength(1);
  refusals.countRefusal('token_expired', 'east');
  await vi.advanceTimersByTimeAsync(50_000);
  expect(written).toHaveLength(1);
  await stop();
  expect(written).toHaveLength(2);
});

test('an audit trail that could not be written is tried again within seconds, so that readiness comes back', async () => {
  const { audit, refusals, state } = upkeep();
  state.isDown = true;
  refusals.countRefusal('audit_unavailable', null);
  await vi.advanceTimersByTimeAsync(61_000);
  expect(audit.isWritable()).toBe(false);
  state.isDown = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(audit.isWritable()).toBe(true);
});

test('the keys of the clusters in force are refreshed at once, then every five seconds; without a policy none', async () => {
  const { policy, refreshDue, stop } = upkeep();
  expect(refreshDue).toHaveBeenCalledWith([EAST]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(refreshDue).toHaveBeenCalledTimes(3);
  policy.inForce = null;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(refreshDue).toHaveBeenCalledTimes(3);
  await stop();
});
