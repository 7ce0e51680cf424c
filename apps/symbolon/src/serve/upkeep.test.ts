import {
  type Cluster,
  createRefusalCounter,
  type RefusalSummaryEvent,
  type SigningAlgorithm,
} from '@symbolon/core';
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

function upkeep({ hasGateway = true } = {}) {
  const written: RefusalSummaryEvent[] = [];
  const state = { isDown: false };
  const audit = watchAudit(
    {
      recordExchange: async () => ({ kind: 'recorded' }),
      recordExplanation: async () => {},
      recordRefusals: async (events) => {
        if (state.isDown) throw new Error('down');
        written.push(...events);
      },
      auditQueue: () => ({ waiting: 0, oldestMs: 0 }),
    },
    'durable',
  );
  const maintain = vi.fn(async () => {});
  const refusals = createRefusalCounter(Date.now());
  const refreshDue = vi.fn(async (_clusters: readonly Cluster[]) => {});
  const policy: { inForce: PolicyFacts['inForce'] } = { inForce: FACTS };
  const inUse: SigningAlgorithm[] = ['ES256'];
  let replaced = () => {};
  const writeStatus = vi.fn(async (_clusters: readonly Cluster[]) => {});
  const { stop } = startUpkeep({
    audit,
    policies: {
      policyFacts: () => ({ ...policy, succeededReads: 1, failedReads: 0 }),
      algorithmsInUse: () => inUse,
      follow(tell) {
        replaced = tell;
      },
    },
    clusterKeys: { refreshDue },
    gateway: hasGateway
      ? {
          signingKeys: { maintain, publishedKeys: () => ({ algorithms: ['ES256', 'RS256'] }) },
          clusterStatus: { write: writeStatus },
        }
      : null,
    refusals,
    log,
    now: Date.now,
  });
  return {
    audit,
    inUse,
    maintain,
    policy,
    refreshDue,
    refusals,
    replacePolicy: () => replaced(),
    state,
    stop,
    writeStatus,
    written,
  };
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

test('a new policy has keys made at once for an algorithm that none has yet, and asks for nothing else', async () => {
  const { inUse, maintain, replacePolicy } = upkeep();
  replacePolicy();
  expect(maintain).not.toHaveBeenCalled();
  inUse.push('EdDSA');
  replacePolicy();
  expect(maintain).toHaveBeenCalledTimes(1);
});

test('what the gateway knows of the clusters is written at once and every five seconds, and by no process without a gateway', async () => {
  const { policy, writeStatus } = upkeep();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(writeStatus.mock.calls).toEqual([[[EAST]], [[EAST]], [[EAST]]]);
  policy.inForce = null;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(writeStatus).toHaveBeenCalledTimes(3);

  const admin = upkeep({ hasGateway: false });
  await vi.advanceTimersByTimeAsync(120_000);
  expect([admin.writeStatus.mock.calls, admin.maintain.mock.calls]).toEqual([[], []]);
  expect(admin.refreshDue).toHaveBeenCalled();
});
