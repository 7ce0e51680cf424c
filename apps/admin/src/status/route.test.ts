import { type ClusterStatus, UnavailableError } from '@symbolon/core';
import { clusterStatusView } from '@symbolon/protocol';
import { describe, expect, test } from 'vitest';
import { CLUSTER, createAdminWithSystem, TARGET } from '../test-support.ts';

const NOW_MS = Date.UTC(2027, 0, 15, 8);
const STATUS: ClusterStatus = {
  cluster: 'prod',
  replica: 'gateway-1',
  writtenAtMs: NOW_MS - 5_000,
  readAtMs: Date.UTC(2027, 0, 15, 8),
  keyIds: ['a', 'b'],
  dropped: 1,
  failure: 'the answer was no JWK Set',
  unusableAtMs: Date.UTC(2027, 0, 15, 9),
};

async function createAdminWithCluster(statuses: readonly ClusterStatus[] = [STATUS]) {
  const admin = await createAdminWithSystem({
    readClusterStatus: async (name) => (name === 'prod' ? statuses : []),
  });
  await admin.put('/clusters/prod', CLUSTER);
  await admin.put('/identity-systems/myidsystem/targets/vault', TARGET);
  return admin;
}

test('says what is known of the keys, and how long a removed workload can go on', async () => {
  const admin = await createAdminWithCluster();
  const answer = await admin.get('/clusters/prod/status');
  expect(answer.status).toBe(200);
  expect(clusterStatusView.parse(answer.json)).toEqual(answer.json);
  const keys = {
    readAt: '2027-01-15T08:00:00.000Z',
    keyIds: ['a', 'b'],
    dropped: 1,
    failure: 'the answer was no JWK Set',
    unusableAt: '2027-01-15T09:00:00.000Z',
  };
  expect(answer.json).toEqual({
    name: 'prod',
    keys,
    replicas: [{ name: 'gateway-1', writtenAt: '2027-01-15T07:59:55.000Z', isStale: false, keys }],
    lockOut: {
      mode: 'offline',
      exchangesRefusedWithinSeconds: 86_430,
      lastCredentialDeadWithinSeconds: null,
    },
  });
});

test('with a target it says when the credential issued last is dead', async () => {
  const admin = await createAdminWithCluster();
  const answer = await admin.get('/clusters/prod/status?identitySystem=myidsystem&target=vault');
  expect(answer.json.lockOut).toMatchObject({ lastCredentialDeadWithinSeconds: 86_400 });
});

test('says so where no gateway told of any keys, and where a reading never succeeded', async () => {
  const untold = await (await createAdminWithCluster([])).get('/clusters/prod/status');
  expect(untold.json).toMatchObject({ keys: null, replicas: [] });
  const never = { ...STATUS, readAtMs: null, keyIds: [], unusableAtMs: null };
  const failed = await (await createAdminWithCluster([never])).get('/clusters/prod/status');
  expect(failed.json.keys).toMatchObject({ readAt: null, unusableAt: null });
});

describe('of several gateways', () => {
  const good = { ...STATUS, failure: null, writtenAtMs: NOW_MS };
  const named = (replica: string, changes: Partial<ClusterStatus> = {}) => ({ ...good, replica, ...changes });

  test.each<[string, readonly ClusterStatus[], unknown]>([
    ['one has none', [named('a', { keyIds: [] }), named('b', { failure: 'it is down' })], { keyIds: [] }],
    ['one cannot read them', [named('a'), named('b', { failure: 'it is down' })], { failure: 'it is down' }],
    [
      'one has older ones',
      [named('a'), named('b', { readAtMs: NOW_MS - 60_000 })],
      { readAt: '2027-01-15T07:59:00.000Z' },
    ],
  ])(
    '`keys` is what the one that is worst off holds, whichever wrote last: %s',
    async (_, statuses, keys) => {
      for (const order of [statuses, statuses.toReversed()]) {
        const answer = await (await createAdminWithCluster(order)).get('/clusters/prod/status');
        expect(answer.json.keys).toMatchObject(keys as object);
        expect(answer.json.replicas).toHaveLength(2);
      }
    },
  );

  test('one that has not told for more than 15 seconds is marked, and what it held is held no more', async () => {
    const gone = named('gone', { writtenAtMs: NOW_MS - 15_001, failure: 'it is down' });
    const last = named('last', { writtenAtMs: NOW_MS - 15_000 });
    const both = await (await createAdminWithCluster([gone, last])).get('/clusters/prod/status');
    expect(both.json).toMatchObject({
      keys: { failure: null },
      replicas: [
        { name: 'gone', isStale: true },
        { name: 'last', isStale: false },
      ],
    });
    const alone = await (await createAdminWithCluster([gone])).get('/clusters/prod/status');
    expect(alone.json).toMatchObject({ keys: null, replicas: [{ name: 'gone', isStale: true }] });
  });

  test('a store that cannot answer is our trouble, and not keys that there are none of', async () => {
    const admin = await createAdminWithSystem({
      readClusterStatus: () => Promise.reject(new UnavailableError('storage_unavailable', 'it is down')),
    });
    await admin.put('/clusters/prod', CLUSTER);
    expect((await admin.get('/clusters/prod/status')).status).toBe(503);
  });
});

describe('refuses', () => {
  test.each([
    ['a cluster that there is not', '/clusters/other/status', 404],
    ['a name that is none', '/clusters/Prod/status', 400],
    ['a target without its system', '/clusters/prod/status?target=vault', 400],
    ['a system without a target', '/clusters/prod/status?identitySystem=myidsystem', 400],
    ['names that are none', '/clusters/prod/status?identitySystem=A&target=vault', 400],
    ['a target that there is not', '/clusters/prod/status?identitySystem=myidsystem&target=x', 404],
    ['another parameter', '/clusters/prod/status?a=b', 400],
  ])('%s', async (_, path, status) => {
    const admin = await createAdminWithCluster();
    expect((await admin.get(path)).status).toBe(status);
  });
});
