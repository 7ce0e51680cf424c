import { type Cluster, type ClusterStatus, type KeySnapshot, UnavailableError } from '@symbolon/core';
import type { HeldKeys } from '@symbolon/kubernetes';
import { createFakeClock } from '@symbolon/testkit';
import { expect, test } from 'vitest';
import { createStatusWriter } from './cluster-status.ts';

const NOW_MS = 1_795_000_000_000;
const HELD: HeldKeys = { readAtMs: NOW_MS, keyIds: ['a'], dropped: 0, failure: null, unusableAtMs: null };

const clusterNamed = (name: string, revision = '1-a') => ({ name, revision }) as Cluster;

function setUp() {
  const clock = createFakeClock(NOW_MS);
  const state = { keys: ['a'], readAtMs: NOW_MS, isDown: false, isRefusingSnapshots: false };
  const statements: (readonly ClusterStatus[])[] = [];
  const snapshots: KeySnapshot[] = [];
  const logged: { message: string; fields: object }[] = [];
  const log = (fields: object, message: string) => void logged.push({ message, fields });
  const refuseWhileDown = () => {
    if (state.isDown) throw new UnavailableError('storage_unavailable', 'it is down');
  };
  const writer = createStatusWriter({
    replica: 'gateway-1',
    now: clock.now,
    log: { info: log, warn: log },
    readHeldKeys: ({ name }) => (name.startsWith('unasked') ? null : HELD),
    snapshotKeys: ({ name, revision }) =>
      name.startsWith('unasked')
        ? null
        : {
            cluster: name,
            revision,
            readAtMs: state.readAtMs,
            published: [{ issuer: null, keys: state.keys.map((kid) => ({ kid })) }],
          },
    async writeClusterStatus(replica, statuses, nowMs) {
      refuseWhileDown();
      expect([replica, nowMs]).toEqual(['gateway-1', clock.now()]);
      statements.push(statuses);
    },
    async writeKeySnapshot(snapshot) {
      if (state.isRefusingSnapshots) throw new UnavailableError('storage_unavailable', 'it is down');
      snapshots.push(snapshot);
    },
  });
  return { clock, state, statements, snapshots, logged, ...writer };
}

test('one statement tells of a thousand clusters, and of none whose keys nobody asked for', async () => {
  const { write, statements } = setUp();
  const clusters = Array.from({ length: 1000 }, (_, index) => clusterNamed(`c${index}`));
  await write([...clusters, clusterNamed('unasked')]);
  expect(statements).toHaveLength(1);
  expect(statements[0]).toHaveLength(1000);
  expect(statements[0]?.[0]).toEqual({ ...HELD, cluster: 'c0', replica: 'gateway-1', writtenAtMs: NOW_MS });
});

test('a snapshot is written when the keys, their configuration or their age are others, and not every 5 seconds', async () => {
  const { write, state, statements, snapshots } = setUp();
  for (let call = 0; call < 10; call += 1) await write([clusterNamed('prod')]);
  expect([statements.length, snapshots.length]).toEqual([10, 1]);

  state.keys = ['a', 'b'];
  await write([clusterNamed('prod')]);
  expect(snapshots).toHaveLength(2);
  await write([clusterNamed('prod', '2-b')]);
  expect(snapshots.at(-1)?.revision).toBe('2-b');
  state.readAtMs += 59_999;
  await write([clusterNamed('prod', '2-b')]);
  expect(snapshots).toHaveLength(3);
  state.readAtMs += 1;
  await write([clusterNamed('prod', '2-b')]);
  expect(snapshots.at(-1)?.readAtMs).toBe(NOW_MS + 60_000);
});

test('a cluster that went away and came back is written again', async () => {
  const { write, snapshots } = setUp();
  await write([clusterNamed('prod')]);
  await write([]);
  await write([clusterNamed('prod')]);
  expect(snapshots).toHaveLength(2);
});

test('a store that is away is told of once, stops nothing, and gets what it missed', async () => {
  const { write, state, statements, snapshots, logged } = setUp();
  state.isDown = true;
  for (let call = 0; call < 5; call += 1) await write([clusterNamed('prod')]);
  expect(logged).toEqual([
    {
      message: 'the state of cluster keys cannot be written',
      fields: expect.objectContaining({ reason: 'storage_unavailable' }),
    },
  ]);
  expect(JSON.stringify(logged)).not.toContain('it is down');
  state.isDown = false;
  await write([clusterNamed('prod')]);
  expect([statements.length, snapshots.length, logged.length]).toEqual([1, 1, 2]);
  state.isDown = true;
  await write([clusterNamed('prod')]);
  expect(logged).toHaveLength(3);
});

test('a snapshot that could not be written is written by the next call', async () => {
  const { write, state, snapshots } = setUp();
  state.isRefusingSnapshots = true;
  await write([clusterNamed('prod')]);
  state.isRefusingSnapshots = false;
  await write([clusterNamed('prod')]);
  expect(snapshots).toHaveLength(1);
});

test('a process that ends takes its rows back', async () => {
  const { write, withdraw, statements } = setUp();
  await write([clusterNamed('prod')]);
  await withdraw();
  expect(statements.at(-1)).toEqual([]);
});
