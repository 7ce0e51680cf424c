import type { ConfigurationChanges, ConfigurationSnapshot, Epoch } from '@symbolon/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Log } from '../log.ts';
import { createPolicyHolder, type PolicyHolderDeps } from './policy-holder.ts';

const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const POLL_MS = 250;
const MAX_AGE_MS = 60_000;

const epochOf = (number: number): Epoch => ({ number, id: `id-${number}` });

function snapshotAt(epoch: Epoch): ConfigurationSnapshot {
  return { epoch, clusters: [], identitySystems: [], targets: [], rules: [], revocations: [] };
}

/** A store that somebody else may change, and what was asked of it. */
function setUp(overrides: Partial<PolicyHolderDeps> = {}) {
  const store = {
    epoch: epochOf(1),
    isDown: false,
    remembers: true,
    heard: ((_epoch: Epoch) => {}) as (epoch: Epoch) => void,
    asked: [] as string[],
    replaced: 0,
  };
  const ask = <T>(what: string, answer: () => T): Promise<T> => {
    store.asked.push(what);
    return store.isDown ? Promise.reject(new Error('down')) : Promise.resolve(answer());
  };
  const policies = createPolicyHolder({
    readEpoch: () => ask('epoch', () => store.epoch),
    readChanges: () =>
      ask('changes', (): ConfigurationChanges | null =>
        store.remembers ? { epoch: store.epoch, written: [], deleted: [] } : null,
      ),
    readSnapshot: () => ask('snapshot', () => snapshotAt(store.epoch)),
    listenForEpochs(heard) {
      store.heard = heard;
      return { stop: async () => void store.asked.push('stopped') };
    },
    issuer: 'https://id.example',
    log,
    now: () => Date.now(),
    elapsedMs: () => Date.now(),
    pollMs: POLL_MS,
    maxAgeMs: MAX_AGE_MS,
    ...overrides,
  });
  const replaced = () => {
    store.replaced += 1;
  };
  return { policies, store, follow: () => policies.follow(replaced) };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

test('before a policy was read there is none, rather than an empty one', () => {
  expect(() => setUp().policies.currentPolicy()).toThrow('no policy is in force');
});

test('a refresh that is asked for while a read runs waits for a read that began after it', async () => {
  const reads: ((value: ConfigurationSnapshot) => void)[] = [];
  const { policies, store } = setUp({ readSnapshot: () => new Promise((resolve) => reads.push(resolve)) });
  const first = policies.refresh();
  const second = policies.refresh();
  const third = policies.refresh();
  store.epoch = epochOf(2);
  reads[0]?.(snapshotAt(epochOf(1)));
  await first;
  expect(policies.currentPolicy().epoch.number).toBe(1);
  await Promise.all([second, third]);
  expect(policies.currentPolicy().epoch.number).toBe(2);
  expect(store.asked).toEqual(['epoch', 'changes']);
});

test('where the new policy cannot be read after a change made here, the old one is dropped until it can', async () => {
  const { policies, store, follow } = setUp();
  await policies.refresh();
  follow();
  store.isDown = true;
  await expect(policies.refresh()).rejects.toThrow('down');
  expect(() => policies.currentPolicy()).toThrow('no policy is in force');
  store.isDown = false;
  await vi.advanceTimersByTimeAsync(POLL_MS);
  expect(policies.currentPolicy().epoch.number).toBe(1);
});

test('a policy that was dropped comes back by what changed since: all of it takes many times as long to read', async () => {
  const { policies, store } = setUp();
  await policies.refresh();
  store.isDown = true;
  await expect(policies.refresh()).rejects.toThrow('down');
  store.isDown = false;
  store.asked.length = 0;
  store.epoch = epochOf(2);
  await policies.refresh();
  expect(policies.currentPolicy().epoch.number).toBe(2);
  expect(store.asked).toEqual(['epoch', 'changes']);
});

describe('what others change', () => {
  async function following() {
    const both = setUp();
    await both.policies.refresh();
    both.follow();
    both.store.asked.length = 0;
    return both;
  }

  test('A62: is followed as soon as the store tells of it', async () => {
    const { policies, store } = await following();
    store.epoch = epochOf(2);
    store.heard(store.epoch);
    await vi.advanceTimersByTimeAsync(0);
    expect(policies.currentPolicy().epoch).toEqual(epochOf(2));
    expect(store.replaced).toBe(1);
  });

  test('A62: is followed within the poll where the connection that should tell of it is half open', async () => {
    const { policies, store } = await following();
    store.epoch = epochOf(2);
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(policies.currentPolicy().epoch).toEqual(epochOf(2));
    expect(store.asked).toEqual(['epoch', 'changes']);
  });

  test('costs one small question a poll while nothing does, and none for the news of its own epoch', async () => {
    const { policies, store } = await following();
    const policy = policies.currentPolicy();
    store.heard(epochOf(1));
    await vi.advanceTimersByTimeAsync(3 * POLL_MS);
    expect(store.asked).toEqual(['epoch', 'epoch', 'epoch']);
    expect(policies.currentPolicy()).toBe(policy);
    expect(store.replaced).toBe(0);
  });

  test('A62: is read anew in full where the log does not hold the own epoch: a failover cut its tail off', async () => {
    const { policies, store } = await following();
    store.epoch = { number: 1, id: 'another history' };
    store.remembers = false;
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(policies.currentPolicy().epoch.id).toBe('another history');
    expect(store.asked).toEqual(['epoch', 'changes', 'snapshot']);
  });

  test('A62: a number that is used again with another id is another epoch, told or asked for', async () => {
    const { policies, store } = await following();
    store.epoch = { number: 1, id: 'another history' };
    store.heard(store.epoch);
    await vi.advanceTimersByTimeAsync(0);
    expect(policies.currentPolicy().epoch.id).toBe('another history');
  });

  test('is not followed any more once it is closed', async () => {
    const { policies, store } = await following();
    await policies.close();
    await vi.advanceTimersByTimeAsync(10 * POLL_MS);
    expect(store.asked).toEqual(['stopped']);
  });
});

describe('while the store cannot be asked', () => {
  test('the last policy stays in force for its greatest age, and not a moment longer', async () => {
    const { policies, store, follow } = setUp();
    await policies.refresh();
    follow();
    store.isDown = true;
    await vi.advanceTimersByTimeAsync(MAX_AGE_MS);
    expect(policies.currentPolicy().epoch.number).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(() => policies.currentPolicy()).toThrow('for too long');
    store.isDown = false;
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(policies.currentPolicy().epoch.number).toBe(1);
  });

  test('one line says so, and not one a poll', async () => {
    const error = vi.fn();
    const { policies, store, follow } = setUp({ log: { ...log, error } });
    await policies.refresh();
    follow();
    store.isDown = true;
    await vi.advanceTimersByTimeAsync(20 * POLL_MS);
    expect(error).toHaveBeenCalledTimes(1);
    store.isDown = false;
    await vi.advanceTimersByTimeAsync(POLL_MS);
    store.isDown = true;
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(error).toHaveBeenCalledTimes(2);
  });
});

describe('catching up', () => {
  test('A62: with an epoch that is not the own reads what changed before it resolves', async () => {
    const { policies, store } = setUp();
    await policies.refresh();
    store.epoch = epochOf(5);
    await policies.catchUp(epochOf(4));
    expect(policies.currentPolicy().epoch).toEqual(epochOf(5));
  });

  test('with the own epoch asks nobody', async () => {
    const { policies, store } = setUp();
    await policies.refresh();
    store.asked.length = 0;
    await policies.catchUp(epochOf(1));
    expect(store.asked).toEqual([]);
  });

  test('rejects where the store cannot be asked', async () => {
    const { policies, store } = setUp();
    await policies.refresh();
    store.isDown = true;
    await expect(policies.catchUp(epochOf(2))).rejects.toThrow('down');
  });
});

test('its facts are those of the policy in force, and none while there is none', async () => {
  const { policies, store } = setUp();
  store.isDown = true;
  await expect(policies.refresh()).rejects.toThrow('down');
  expect(policies.policyFacts()).toEqual({ inForce: null, succeededReads: 0, failedReads: 1 });
  store.isDown = false;
  store.epoch = epochOf(7);
  await policies.refresh();
  expect(policies.policyFacts()).toMatchObject({
    inForce: { epoch: 7, readAtMs: 0, faults: 0, clusters: [], objects: { MappingRule: 0 } },
    succeededReads: 1,
    failedReads: 1,
  });
});

test('its age is that of the last time that it was found to be the newest', async () => {
  const { policies, follow } = setUp();
  await policies.refresh();
  follow();
  await vi.advanceTimersByTimeAsync(4 * POLL_MS);
  expect(policies.policyFacts().inForce?.readAtMs).toBe(4 * POLL_MS);
});
