import { describe, expect, test } from 'vitest';
import { createTestDeployment } from '../cli/test-deployment.test-support.ts';

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
