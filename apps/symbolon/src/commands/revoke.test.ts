import { describe, expect, test } from 'vitest';
import { CLUSTER, createTestDeployment } from '../cli/test-deployment.test-support.ts';

const REASON = ['--reason', 'key leaked'];

async function made(...args: readonly string[]) {
  const deployment = createTestDeployment();
  const ran = await deployment.run('revoke', '--name', 'it', ...args, ...REASON);
  const stored = (await (await deployment.call('GET', '/revocations/it')).json()) as object;
  return { ...deployment, ran, stored };
}

describe('revokes', () => {
  test.each([
    [['--source-jti', 'j-1'], { sourceJti: 'j-1' }],
    [['--subject', 'myidsystem.web.api'], { subject: 'myidsystem.web.api' }],
    [
      ['--cluster', 'prod', '--namespace', 'web', '--service-account', 'api', '--service-account-uid', 'u1'],
      { workload: { cluster: 'prod', namespace: 'web', serviceAccount: 'api', serviceAccountUid: 'u1' } },
    ],
    [
      ['--pod', 'p', '--pod-uid', 'u2', '--node', 'n', '--node-uid', 'u3'],
      { workload: { pod: 'p', podUid: 'u2', node: 'n', nodeUid: 'u3' } },
    ],
    [
      ['--cluster', 'prod', '--issued-before', '2027-01-01T00:00:00Z'],
      { issuedBefore: '2027-01-01T00:00:00Z' },
    ],
    // A token of this very second says that it was issued at the begin of it.
    [['--cluster', 'prod', '--issued-before', 'now'], { issuedBefore: '2027-01-15T08:00:01Z' }],
    [['--cluster', 'prod', '--expires-in', '2h'], { expiresAt: '2027-01-15T10:00:00Z' }],
    [['--cluster', 'prod', '--expires-at', '2027-02-01T00:00:00Z'], { expiresAt: '2027-02-01T00:00:00Z' }],
  ])('%j as %j', async (args, body) => {
    const { ran, stored } = await made(...args);
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'revoked it\n' });
    expect(stored).toMatchObject({ ...body, reason: 'key leaked' });
  });

  test('under a name that is made where none is given, so that two entries never meet', async () => {
    const { run } = createTestDeployment();
    const names = [
      await run('revoke', '--cluster', 'a', ...REASON),
      await run('revoke', '--cluster', 'b', ...REASON),
    ];
    expect(new Set(names.map(({ stdout }) => stdout)).size).toBe(2);
    for (const { stdout } of names) expect(stdout).toMatch(/^revoked revoked-[0-9a-f-]{36}\n$/);
  });
});

test('A47: an entry that is there is not replaced by another of its name', async () => {
  const { run, call } = await made('--cluster', 'prod');
  const again = await run('revoke', '--name', 'it', '--cluster', 'other', ...REASON);
  expect([again.exitCode, again.stderr]).toEqual([
    1,
    expect.stringContaining('there is a revocation it already (412)'),
  ]);
  expect(await (await call('GET', '/revocations/it')).json()).toMatchObject({
    workload: { cluster: 'prod' },
  });
});

test('entries are listed, and undone in the state in which they were seen', async () => {
  const { run, seen } = await made('--cluster', 'prod', '--namespace', 'web');
  expect((await run('revoke', 'list')).stdout).toMatch(
    /^NAME.*\nit +cluster=prod namespace=web +key leaked +-\n$/,
  );
  expect(
    JSON.parse((await run('revoke', 'list', '--output', 'json', '--server', 'http://127.0.0.1:8081')).stdout),
  ).toHaveLength(1);
  expect((await run('revoke', 'undo', 'it')).stdout).toBe('undone it\n');
  expect(seen.at(-1)).toMatchObject({
    method: 'DELETE',
    headers: { 'If-Match': expect.stringMatching(/^"/) },
  });
  expect(await run('revoke', 'list')).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: 'Nothing is revoked.\n',
  });
  expect(await run('revoke', 'undo', 'it')).toMatchObject({ exitCode: 1 });
});

test('the list shows the bound of an entry that spares what is newer, however long the rest is', async () => {
  const long = 'a'.repeat(63);
  const bound = ['--issued-before', '2027-01-01T00:00:00Z'];
  const { run } = await made('--cluster', 'prod', ...bound);
  await run('revoke', '--name', 'long', '--cluster', 'prod', '--namespace', long, ...bound, ...REASON);
  const [, it = '', other = ''] = (await run('revoke', 'list')).stdout.split('\n');
  expect(it).toContain('cluster=prod issued before 2027-01-01T00:00:00Z');
  expect(other).toContain('aaa… issued before 2027-01-01T00:00:00Z');
});

describe('what names something that is not here is revoked with a warning', () => {
  async function warnings(...args: readonly string[]) {
    const deployment = createTestDeployment({
      intercept: (request) =>
        args.includes('unavailable') && request.method === 'GET' ? new Response('', { status: 503 }) : null,
    });
    await deployment.put('/clusters/east', CLUSTER);
    await deployment.put('/identity-systems/myidsystem', { identityDomain: 'east' });
    const ran = await deployment.run('revoke', ...args, '--name', 'it', ...REASON);
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'revoked it\n' });
    return ran.stderr.split('\n').filter((line) => line.startsWith('warning: '));
  }

  test.each([
    [['--cluster', 'eest'], 'no cluster eest here, so nothing is ended by this. Did you mean east?'],
    [['--cluster', 'another', '--namespace', 'web'], '"symbolon get clusters" shows all.'],
    [['--subject', 'myidsytem.web.api'], 'no identity system myidsytem here'],
    [['--subject', 'myidsytem.web.api'], 'Did you mean myidsystem?'],
  ])('%j', async (args, warning) => {
    expect(await warnings(...args)).toEqual([expect.stringContaining(warning)]);
  });

  test.each([
    [['--cluster', 'east']],
    [['--subject', 'myidsystem.web.api']],
    [['--pod-uid', 'u1']],
    [['--source-jti', 'j-1']],
    // The revocation is made: that the rest cannot be asked is no failure of it.
    [['--cluster', 'unavailable']],
  ])('and %j without one', async (args) => {
    expect(await warnings(...args)).toEqual([]);
  });
});

test('what the broker objects to is named by its option', async () => {
  const deployment = createTestDeployment({
    intercept: ({ method }) =>
      method === 'PUT'
        ? Response.json(
            {
              type: 'urn:symbolon:problem:body_invalid',
              title: 'The body is not valid',
              errors: [{ pointer: '/workload/podUid', detail: 'is too new for this broker' }],
            },
            { status: 400 },
          )
        : null,
  });
  const { exitCode, stderr } = await deployment.run('revoke', '--pod-uid', 'u', ...REASON);
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringContaining('  --pod-uid is too new for this broker\n'),
  ]);
});

test('a person is asked with the words of what is going to end', async () => {
  const deployment = createTestDeployment({ isTty: true, stdin: 'n\n' });
  const ran = await deployment.run('revoke', '--cluster', 'prod', '--node', 'worker-7', ...REASON);
  expect([ran.exitCode, deployment.seen]).toEqual([1, []]);
  expect(ran.stderr).toContain('Revoke every workload of cluster prod, node worker-7? [y/N]');
});

test.each([
  [['revoke', ...REASON], 'say what is revoked'],
  [['revoke', '--source-jti', 'a', '--subject', 'b.c.d', ...REASON], 'one of these'],
  [['revoke', '--source-jti', 'a', '--cluster', 'c', ...REASON], 'one of these'],
  [['revoke', '--cluster', 'c'], '--reason is required'],
  [['revoke', '--cluster', 'c', '--reason', ' '], '--reason must'],
  [['revoke', '--cluster', 'C', ...REASON], '--cluster must be a DNS label'],
  [['revoke', '--subject', 'nobody', ...REASON], '--subject must be a whole subject'],
  [['revoke', '--cluster', 'c', '--expires-at', 'tomorrow', ...REASON], '--expires-at must be an RFC 3339'],
  [['revoke', '--cluster', 'c', '--expires-in', '2', ...REASON], 'Write a number and its unit'],
  [['revoke', '--cluster', 'c', '--expires-in', '367d', ...REASON], 'at most 366d'],
  [
    ['revoke', '--cluster', 'c', '--expires-in', '2h', '--expires-at', '2027-02-01T00:00:00Z', ...REASON],
    'give --expires-in or',
  ],
  [['revoke', '--cluster', 'c', '--name', 'A', ...REASON], 'It must be a DNS label'],
])('%j revokes nothing', async (args, hint) => {
  const deployment = createTestDeployment();
  const ran = await deployment.run(...args);
  expect([ran.exitCode, deployment.seen]).toEqual([2, []]);
  expect(ran.stderr).toContain(hint);
});
