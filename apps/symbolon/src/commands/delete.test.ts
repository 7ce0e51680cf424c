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

/** Of the four objects, in the order in which they can go. */
const PLAN = `- delete    MappingRule myidsystem/web-tier  (all.yaml:1)
- delete    Target myidsystem/vault  (all.yaml:12)
- delete    IdentitySystem myidsystem  (all.yaml:18)
- delete    Cluster prod  (all.yaml:24)
`;

test('files are deleted from what needs others to what others need', async () => {
  const deployment = createTestDeployment();
  deployment.write('all.yaml', MANIFESTS);
  await deployment.run('apply', '-f', 'all.yaml');
  expect((await deployment.run('delete', '-f', 'all.yaml')).stdout).toBe(
    `${PLAN}\nPlan: 4 to delete.\n` +
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

describe('a dry run', () => {
  async function deploymentWithAll(options: Parameters<typeof createTestDeployment>[0] = {}) {
    const deployment = createTestDeployment(options);
    deployment.write('all.yaml', MANIFESTS);
    await deployment.run('apply', '-f', 'all.yaml', '--yes');
    return deployment;
  }

  test('A47: has the broker judge the deletions in the state that was seen, and deletes nothing', async () => {
    const deployment = await deploymentWithAll();
    deployment.seen.length = 0;
    const ran = await deployment.run('delete', 'rule', 'web-tier', '--system', 'myidsystem', '--dry-run');
    expect(ran).toEqual({
      exitCode: 0,
      stdout:
        '- delete    MappingRule myidsystem/web-tier\n\nPlan: 1 to delete.\nThis was a dry run: nothing was deleted.\n',
      stderr: '',
    });
    expect(deletes(deployment.seen)).toMatchObject([
      { url: { search: '?dryRun=true' }, headers: { 'If-Match': expect.stringMatching(/^".+"$/) } },
    ]);
    expect((await deployment.call('GET', '/identity-systems/myidsystem/rules/web-tier')).status).toBe(200);
  });

  test('of files says of each what is in its way as things stand, for what goes before it may be just that', async () => {
    const deployment = await deploymentWithAll({ isTty: true });
    const { exitCode, stdout, stderr } = await deployment.run('delete', '-f', 'all.yaml', '--dry-run');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain(
      '- delete    Target myidsystem/vault  (all.yaml:12)\n    as things stand: is named by 1 rule (web-tier): change or delete them first\n',
    );
    expect(stdout.split('\n').filter((line) => !line.startsWith('    '))).toEqual([
      ...PLAN.split('\n'),
      'Plan: 4 to delete.',
      'This was a dry run: nothing was deleted.',
      '',
    ]);
    expect((await deployment.run('get', 'rules')).stdout).toContain('web-tier');
  });

  test('of what can only be refused is refused', async () => {
    const deployment = await deploymentWithAll();
    const { exitCode, stdout, stderr } = await deployment.run('delete', 'cluster', 'prod', '--dry-run');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain('is named by 1 identity system (myidsystem) and 1 rule (myidsystem/web-tier)');
    // Another cluster before it clears nothing.
    await deployment.put('/clusters/spare', CLUSTER);
    const cluster = (name: string) =>
      MANIFESTS.slice(MANIFESTS.indexOf('kind: Cluster')).replace('prod', name);
    deployment.write('clusters.yaml', `${cluster('prod')}---\n${cluster('spare')}`);
    expect((await deployment.run('delete', '-f', 'clusters.yaml', '--dry-run')).exitCode).toBe(1);
  });
});

test('a file of which something is gone already shows that in the plan', async () => {
  const deployment = createTestDeployment();
  deployment.write('all.yaml', MANIFESTS);
  await deployment.run('apply', '-f', 'all.yaml');
  await deployment.run('delete', 'rule', 'web-tier', '--system', 'myidsystem');
  const { stdout } = await deployment.run('delete', '-f', 'all.yaml', '--ignore-not-found');
  expect(stdout).toMatch(/^= not there MappingRule myidsystem\/web-tier {2}\(all\.yaml:1\)\n- delete /);
  expect(stdout).toContain('\nPlan: 3 to delete, 1 not there.\n');
});

test('a person at a terminal sees what files would delete before the question, and n deletes nothing', async () => {
  const deployment = createTestDeployment({ isTty: true, stdin: 'n\n' });
  deployment.write('all.yaml', MANIFESTS);
  await deployment.run('apply', '-f', 'all.yaml', '--yes');
  const ran = await deployment.run('delete', '-f', 'all.yaml');
  expect([ran.exitCode, ran.stdout]).toEqual([1, `${PLAN}\nPlan: 4 to delete.\n`]);
  expect(ran.stderr).toContain('Delete all of these? [y/N]');
  expect(deletes(deployment.seen)).toEqual([]);
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
