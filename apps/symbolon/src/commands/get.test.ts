import type { ClusterStatus } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { CLUSTER, createTestDeployment, RULE, SYSTEM } from '../cli/test-deployment.test-support.ts';

async function deploymentWithObjects() {
  const deployment = createTestDeployment();
  await deployment.put('/clusters/prod', CLUSTER);
  for (const system of ['alpha', 'beta']) {
    await deployment.put(`/identity-systems/${system}`, { ...SYSTEM, labels: { team: system } });
    await deployment.put(`/identity-systems/${system}/targets/vault`, {
      audiences: [`https://${system}.company.com`, `https://${system}.company.com/2`],
    });
    await deployment.put(`/identity-systems/${system}/rules/web-tier`, RULE);
  }
  return deployment;
}

test('a kind is known by its plural, its singular, its short name and as files spell it', async () => {
  const { run } = await deploymentWithObjects();
  const words = ['systems', 'system', 'sys', 'identity-systems', 'identity-system', 'IdentitySystem'];
  const answers = await Promise.all(words.map((word) => run('get', word)));
  expect(answers[0]?.stdout).toMatch(/^NAME +SUBJECT +DOMAIN +AGE\nalpha +\{namespace\}/);
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test('targets and rules are those of every system, or of the one that is named', async () => {
  const { run } = await deploymentWithObjects();
  expect((await run('get', 'rules')).stdout).toBe(
    'SYSTEM  NAME      EFFECT  PRIO  WORKLOADS   ENABLED  AGE\n' +
      'alpha   web-tier  allow   0     prod/web/*  yes      0s\n' +
      'beta    web-tier  allow   0     prod/web/*  yes      0s\n',
  );
  expect((await run('get', 'targets', '--system', 'beta')).stdout).toBe(
    'SYSTEM  NAME   AUDIENCES                    TTL   ENABLED  AGE\n' +
      'beta    vault  https://beta.company.com +1  600s  yes      0s\n',
  );
  expect((await run('get', 'rules', '--limit', '1')).stdout.split('\n')).toHaveLength(3);
});

test('every table fits a terminal of 80 columns, however long what is in it', async () => {
  const deployment = createTestDeployment();
  await deployment.put('/clusters/prod', { ...CLUSTER, issuers: [`https://${'a'.repeat(200)}.company.com`] });
  await deployment.put('/identity-systems/alpha', SYSTEM);
  await deployment.put('/identity-systems/alpha/targets/vault', {
    audiences: [`https://${'b'.repeat(200)}.com`],
  });
  for (const kind of ['clusters', 'systems', 'targets']) {
    const { stdout } = await deployment.run('get', kind);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  }
});

test('labels choose, and so many are shown as were asked for, over as many pages as it takes', async () => {
  const deployment = await deploymentWithObjects();
  expect((await deployment.run('get', 'systems', '--labels', 'team=beta')).stdout).not.toContain('alpha');
  for (let index = 0; index < 5; index++) await deployment.put(`/identity-systems/more${index}`, SYSTEM);
  const paged = createTestDeployment({
    intercept: (request) => {
      const { searchParams } = new URL(request.url);
      const start = Number(searchParams.get('cursor') ?? 0);
      const items = [0, 1].map((index) => ({ name: `s${start + index}` }));
      return Response.json({ items, nextCursor: start < 8 ? String(start + 2) : null });
    },
  });
  expect(JSON.parse((await paged.run('get', 'systems', '-o', 'json')).stdout)).toHaveLength(10);
  expect(JSON.parse((await paged.run('get', 'systems', '-o', 'json', '--limit', '4')).stdout)).toHaveLength(
    4,
  );
});

test('a list that never ends is not read for ever', async () => {
  let asked = 0;
  const { run } = createTestDeployment({
    intercept: () => Response.json({ items: [], nextCursor: ++asked < 10 ? 'again' : null }),
  });
  expect(await run('get', 'systems')).toMatchObject({ exitCode: 3 });
});

test('JSON is an array, YAML one document an object, both as apply reads them', async () => {
  const { run } = await deploymentWithObjects();
  const [first] = JSON.parse((await run('get', 'rules', '-o', 'json')).stdout);
  expect(first).toMatchObject({ kind: 'MappingRule', name: 'web-tier', identitySystem: 'alpha', spec: RULE });
  expect(parseAllDocuments((await run('get', 'rules', '-o', 'yaml')).stdout)).toHaveLength(2);
  const one = JSON.parse((await run('get', 'rule', 'web-tier', '--system', 'beta', '-o', 'json')).stdout);
  expect(one).toMatchObject({ name: 'web-tier', identitySystem: 'beta' });
});

describe('one cluster', () => {
  const KEYS = {
    cluster: 'prod',
    replica: 'gateway-1',
    writtenAtMs: Date.UTC(2027, 0, 15, 8),
    readAtMs: Date.UTC(2027, 0, 15, 7, 50),
    keyIds: ['a', 'b'],
    dropped: 1,
    failure: 'the answer was no\u001b[2J JWK Set',
    unusableAtMs: Date.UTC(2027, 0, 15, 9),
  };

  async function shown(keys: readonly ClusterStatus[], ...more: readonly string[]) {
    const deployment = createTestDeployment({ deps: { readClusterStatus: async () => keys } });
    await deployment.put('/clusters/prod', CLUSTER);
    return deployment.run('get', 'cluster', 'prod', ...more);
  }

  test('shows people whether its keys can be read, and how long a removed workload can go on', async () => {
    const { stdout } = await shown([KEYS]);
    expect(stdout.replace(/^NAME.*\nprod .*\n/, '')).toBe(`
Keys
  2 verify its tokens (read 10m ago, 2027-01-15T07:50:00.000Z)
  1 published and not used: weak, private, symmetric or not told apart
  The last reading failed: the answer was no\\u{1b}[2J JWK Set. Those that are held are given up at 2027-01-15T09:00:00.000Z.

Once a workload is removed
  Exchanges are refused within 24 h 30 s: in mode offline nothing here notices a removal, so they go on until the token ends by itself and the leeway for clocks is over.
  This is the worst case: a token of the longest lifetime that the cluster accepts.
`);
  });

  test('of whose keys nothing is known, or none could ever be read, is not said to have any', async () => {
    expect((await shown([])).stdout).toContain('\nKeys\n  No gateway has told of any yet');
    const never = { ...KEYS, readAtMs: null, keyIds: [] };
    expect((await shown([never])).stdout).toContain('\n  0 verify its tokens (no reading has succeeded)\n');
  });

  test('at several gateways is shown by each, and those that tell no more are told apart', async () => {
    const other = { ...KEYS, replica: 'gateway-2', keyIds: ['a'], dropped: 0, failure: null };
    const gone = { ...KEYS, replica: 'gone\u001b[2J', writtenAtMs: Date.UTC(2027, 0, 15, 7, 59) };
    expect((await shown([other, gone])).stdout).toContain(`
Keys
  Gateway gateway-2
    1 verifies its tokens (read 10m ago, 2027-01-15T07:50:00.000Z)
  Gateway gone\\u{1b}[2J has ended or cannot reach the database: it told last 60s ago
`);
    expect((await shown([gone])).stdout).not.toContain('verify its tokens');
  });

  test('as JSON or YAML is the object alone, as apply reads it', async () => {
    for (const format of ['json', 'yaml']) {
      const { stdout } = await shown([KEYS], '-o', format);
      expect(stdout).not.toMatch(/keyIds|RefusedWithin|Exchanges/);
    }
  });

  test('a status that cannot be read is trouble, and not good keys', async () => {
    const { put, run } = createTestDeployment({
      intercept: ({ url }) => (url.endsWith('/status') ? Response.json({ keys: 'fine' }) : null),
    });
    await put('/clusters/prod', CLUSTER);
    expect(await run('get', 'cluster', 'prod')).toMatchObject({ exitCode: 3, stdout: '' });
  });
});

test('where there is nothing, that is said beside the output, and JSON is an empty array', async () => {
  const { run } = createTestDeployment();
  expect(await run('get', 'clusters')).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: 'There are no clusters to show.\n',
  });
  expect((await run('get', 'clusters', '-o', 'json')).stdout).toBe('[]\n');
});

describe('a wrong question is answered with what would be right', () => {
  test.each([
    [['get', 'rulez'], 2, 'Did you mean rules?'],
    [['get', 'clusters', '--system', 'a'], 2, 'clusters belong to no identity system'],
    [['get', 'rule', 'web-tier'], 2, 'Name it: --system NAME.'],
    [['get', 'cluster', '../whoami'], 2, 'a name is a DNS label'],
    [['get', 'rules', '--system', 'a/../b'], 2, '--system must be a DNS label'],
    [['get', 'rules', '--limit', '0'], 2, 'It must be a whole number from 1.'],
    [['get', 'cluster', 'prod', '--limit', '1'], 2, 'choose among many'],
    [['get', 'cluster', 'gone'], 1, '"symbolon get clusters" shows those that are.'],
    [['get'], 2, "missing required argument 'kind'"],
    [['get', 'clusters', '--outptu', 'json'], 2, '(Did you mean --output?)'],
    [['gte', 'clusters'], 2, '(Did you mean get?)'],
  ])('%j ends with %i', async (args, exitCode, hint) => {
    const { run } = await deploymentWithObjects();
    const ran = await run(...args);
    expect([ran.exitCode, ran.stdout]).toEqual([exitCode, '']);
    expect(ran.stderr).toContain(hint);
  });
});

test('what a server sends cannot move the cursor of a terminal or turn its text', async () => {
  const hostile = { name: 'a\u001b[2J\u009b1m\u202eb', subject: 'x\ny', identityDomain: 'd' };
  const { run } = createTestDeployment({
    intercept: () => Response.json({ items: [hostile], nextCursor: null }),
  });
  for (const format of ['table', 'json', 'yaml']) {
    const { stdout } = await run('get', 'systems', '-o', format);
    expect(stdout).toContain('a');
    expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  }
});

test('a page of more objects than a call takes arguments is no fault', async () => {
  const items = Array.from({ length: 150_000 }, (_, index) => ({ name: `c${index}` }));
  const { run } = createTestDeployment({ intercept: () => Response.json({ items, nextCursor: null }) });
  const { exitCode, stdout } = await run('get', 'clusters');
  expect([exitCode, stdout.split('\n').length]).toEqual([0, 150_002]);
});

test('whoami names the broker that is spoken to', async () => {
  const { run } = createTestDeployment();
  expect((await run('whoami')).stdout).toMatch(
    /^PRINCIPAL +GLOBAL OWNER.*\nbootstrap +yes +http:\/\/127\.0\.0\.1:8081 +-\n$/,
  );
});

test.each(['rules', 'targets'])(
  '%s of a system that is not there are refused with the name of it',
  async (kind) => {
    const { exitCode, stderr } = await createTestDeployment().run('get', kind, '--system', 'nope');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('there is no IdentitySystem nope')]);
    expect(stderr).toContain('"symbolon get identity-systems" shows those that are.');
  },
);
