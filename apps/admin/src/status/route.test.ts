import { clusterStatusView } from '@symbolon/protocol';
import { describe, expect, test } from 'vitest';
import type { ClusterKeysView } from '../ports.ts';
import { CLUSTER, createAdminWithSystem, TARGET } from '../test-support.ts';

const KEYS: ClusterKeysView = {
  readAtMs: Date.UTC(2027, 0, 15, 8),
  keyIds: ['a', 'b'],
  dropped: 1,
  failure: 'the answer was no JWK Set',
  unusableAtMs: Date.UTC(2027, 0, 15, 9),
};

async function createAdminWithCluster(keys: ClusterKeysView | null = KEYS) {
  const admin = await createAdminWithSystem({ readClusterKeys: (name) => (name === 'prod' ? keys : null) });
  await admin.put('/clusters/prod', CLUSTER);
  await admin.put('/identity-systems/myidsystem/targets/vault', TARGET);
  return admin;
}

test('says what is known of the keys, and how long a removed workload can go on', async () => {
  const admin = await createAdminWithCluster();
  const answer = await admin.get('/clusters/prod/status');
  expect(answer.status).toBe(200);
  expect(clusterStatusView.parse(answer.json)).toEqual(answer.json);
  expect(answer.json).toEqual({
    name: 'prod',
    keys: {
      readAt: '2027-01-15T08:00:00.000Z',
      keyIds: ['a', 'b'],
      dropped: 1,
      failure: 'the answer was no JWK Set',
      unusableAt: '2027-01-15T09:00:00.000Z',
    },
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

test('says so where no keys were asked for, and where a reading never succeeded', async () => {
  const unasked = await (await createAdminWithCluster(null)).get('/clusters/prod/status');
  expect(unasked.json.keys).toBeNull();
  const never = { ...KEYS, readAtMs: null, keyIds: [], unusableAtMs: null };
  const failed = await (await createAdminWithCluster(never)).get('/clusters/prod/status');
  expect(failed.json.keys).toMatchObject({ readAt: null, unusableAt: null });
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
