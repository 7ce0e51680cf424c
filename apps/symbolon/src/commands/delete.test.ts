import { describe, expect, test } from 'vitest';
import { CLUSTER, createTestDeployment, MANIFESTS, SYSTEM } from '../cli/test-deployment.test-support.ts';

const deletes = (seen: readonly { method: string }[]) => seen.filter(({ method }) => method === 'DELETE');

test('deletes what is named, in the state in which it was seen', async () => {
  const deployment = createTestDeployment();
  await deployment.put('/clusters/eu1', CLUSTER);
  expect(await deployment.run('delete', 'cluster', 'eu1')).toEqual({
    exitCode: 0,
    stdout: 'deleted Cluster eu1\n',
    stderr: '',
  });
  expect(deletes(deployment.seen)).toMatchObject([
    { headers: { 'If-Match': expect.stringMatching(/^".+"$/) } },
  ]);
});

test('A47: what somebody else changed in between is not deleted', async () => {
  const deployment = createTestDeployment({
    intercept: async (request) => {
      if (request.method === 'DELETE') {
        await deployment.call('PUT', '/clusters/eu1', { ...CLUSTER, clockSkewSeconds: 5 });
      }
      return null;
    },
  });
  await deployment.put('/clusters/eu1', CLUSTER);
  const { exitCode, stderr } = await deployment.run('delete', 'cluster', 'eu1');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('Cluster eu1 was changed by somebody else in between (412)');
  expect((await deployment.call('GET', '/clusters/eu1')).status).toBe(200);
});

test('A47: an answer without an ETag deletes nothing', async () => {
  const deployment = createTestDeployment({ intercept: () => Response.json({ name: 'eu1' }) });
  expect((await deployment.run('delete', 'cluster', 'eu1')).exitCode).toBe(3);
  expect(deletes(deployment.seen)).toEqual([]);
});

test('files are deleted from what needs others to what others need', async () => {
  const deployment = createTestDeployment();
  deployment.write('all.yaml', MANIFESTS);
  await deployment.run('apply', '-f', 'all.yaml');
  expect((await deployment.run('delete', '-f', 'all.yaml')).stdout).toBe(
    'deleted MappingRule myidsystem/web-tier\ndeleted Target myidsystem/vault\ndeleted IdentitySystem myidsystem\ndeleted Cluster prod\n',
  );
  const again = await deployment.run('delete', '-f', 'all.yaml');
  expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('there is no MappingRule')]);
  expect(await deployment.run('delete', '-f', 'all.yaml', '--ignore-not-found')).toMatchObject({
    exitCode: 0,
    stderr: 'There is nothing to delete.\n',
  });
});

test('what others refer to stays, and the answer names them', async () => {
  const deployment = createTestDeployment();
  deployment.write('all.yaml', MANIFESTS);
  await deployment.run('apply', '-f', 'all.yaml');
  const { exitCode, stderr } = await deployment.run('delete', 'system', 'myidsystem');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('IdentitySystem myidsystem: The change does not fit');
  expect(stderr).toMatch(/vault|web-tier/);
  expect(stderr).toContain('Not deleted: IdentitySystem myidsystem.');
});

describe('a person at a terminal', () => {
  test.each([
    ['n\n', 1],
    ['\n', 1],
    ['', 1],
    ['maybe\n', 1],
    ['y\n', 0],
    ['YES\n', 0],
  ])('is asked, and %j ends with %i', async (stdin, exitCode) => {
    const deployment = createTestDeployment({ isTty: true, stdin });
    await deployment.put('/clusters/eu1', CLUSTER);
    const ran = await deployment.run('delete', 'cluster', 'eu1');
    expect([ran.exitCode, deletes(deployment.seen).length]).toEqual([exitCode, exitCode === 0 ? 1 : 0]);
    expect(ran.stderr).toContain('Delete Cluster eu1? [y/N]');
  });
});

test('A63: a deleted name is a tombstone until it is released, and a retry releases nothing twice', async () => {
  const deployment = createTestDeployment();
  await deployment.put('/identity-systems/mine', SYSTEM);
  await deployment.run('delete', 'system', 'mine');
  expect((await deployment.run('get', 'tombstones')).stdout).toMatch(
    /KIND .*\nIdentitySystem +mine +- +0s +bootstrap\n/,
  );
  expect((await deployment.run('get', 'tombstone', 'mine', '-o', 'json')).stdout).toContain(
    '"deletedBy": "bootstrap"',
  );
  deployment.write('mine.yaml', 'kind: IdentitySystem\nname: mine\nspec: {identityDomain: prod}\n');
  expect((await deployment.run('apply', '-f', 'mine.yaml')).exitCode).toBe(1);
  expect((await deployment.run('release', 'system', 'mine')).stdout).toBe('released IdentitySystem mine\n');
  expect(deployment.seen.at(-1)?.headers).toMatchObject({
    'Idempotency-Key': expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect((await deployment.run('apply', '-f', 'mine.yaml')).exitCode).toBe(0);
});

test.each([
  [['delete'], 'symbolon delete KIND NAME, or symbolon delete -f FILE'],
  [['delete', 'cluster'], 'name what to delete'],
  [['delete', 'tombstone', 'a'], 'is no kind'],
  [['delete', 'cluster', 'a/b'], 'a name is a DNS label'],
  [['delete', 'cluster', 'a', '-f', 'x.yaml'], 'not both'],
  [['release', 'target', 'a'], 'only a cluster, a system or an audience'],
  [['release', 'audience', 'a b'], 'no name, nor an audience'],
])('%j is wrong usage', async (args, hint) => {
  const deployment = createTestDeployment();
  const ran = await deployment.run(...args);
  expect([ran.exitCode, deployment.seen]).toEqual([2, []]);
  expect(ran.stderr).toContain(hint);
});
