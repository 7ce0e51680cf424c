import { createHash } from 'node:crypto';
import type { ExchangeEvent } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import { createTestDeployment, SYSTEM } from '../cli/test-deployment.test-support.ts';

const CREDENTIAL = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJteWlkc3lzdGVtLndlYi5hcGkifQ.c2lnbmF0dXJl';
const SHA256 = createHash('sha256').update(CREDENTIAL).digest('hex');

function exchange(more: Partial<ExchangeEvent> = {}): ExchangeEvent {
  return {
    kind: 'exchange',
    atMs: Date.UTC(2027, 0, 15, 7, 30),
    requestId: 'r-1',
    traceId: null,
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    outcome: 'issued',
    reason: null,
    epoch: { number: 1, id: 'e' },
    workload: {
      cluster: 'prod',
      namespace: 'web',
      serviceAccount: 'api',
      serviceAccountUid: 'u1',
      pod: null,
      podUid: null,
      node: null,
      nodeUid: null,
      sourceJti: 'source-1',
    },
    requested: { audiences: [], unknownAudiences: 0, scopes: [], unknownScopes: 0, tokenType: null },
    clientId: null,
    identitySystem: 'myidsystem',
    target: 'vault',
    rule: 'web-tier',
    credential: {
      subject: 'myidsystem.web.api',
      audience: ['https://vault.company.com'],
      scopes: [],
      tokenType: 'access_token',
      jti: 'credential-1',
      sha256: SHA256,
      issuedAtSeconds: 1,
      expiresAtSeconds: 2,
    },
    ...more,
  };
}

async function deploymentWithEvents(stdin = '') {
  const deployment = createTestDeployment({ stdin });
  // An exchange is recorded only under the epoch that is.
  const epoch = await deployment.stores.readEpoch();
  await deployment.stores.recordExchange(exchange({ epoch }));
  await deployment.stores.recordExchange(
    exchange({
      epoch,
      outcome: 'refused',
      reason: 'rule_not_matched',
      atMs: Date.UTC(2027, 0, 15, 6),
      requestId: 'r-2',
      credential: null,
      workload: { ...exchange().workload, namespace: 'batch', sourceJti: 'source-2' },
    }),
  );
  await deployment.put('/identity-systems/mine', SYSTEM);
  return deployment;
}

test('events are listed one a line, the newest first', async () => {
  const { run } = await deploymentWithEvents();
  expect((await run('audit', 'list')).stdout).toBe(
    'TIME                  WHAT              WHO             ABOUT\n' +
      '2027-01-15T08:00:00Z  create            bootstrap       IdentitySystem mine\n' +
      '2027-01-15T06:00:00Z  rule_not_matched  prod/batch/api  myidsystem/vault\n' +
      '2027-01-15T07:30:00Z  issued            prod/web/api    myidsystem.web.api\n',
  );
  const oldest = JSON.parse(
    (await run('audit', 'list', '--oldest-first', '--limit', '1', '-o', 'json')).stdout,
  );
  expect(oldest).toMatchObject([{ requestId: 'r-1', credential: { sha256: SHA256 } }]);
});

test.each([
  [['--outcome', 'refused'], ['r-2']],
  [['--namespace', 'web'], ['r-1']],
  [['--since', '1h', '--kind', 'exchange'], ['r-1']],
  [['--until', '2027-01-15T07:00:00Z'], ['r-2']],
  [['--from', '2027-01-15T07:00:00Z', '--until', '2027-01-15T07:45:00Z'], ['r-1']],
  [['--request-id', 'r-2'], ['r-2']],
  [['--reason', 'rule_not_matched'], ['r-2']],
  [
    ['--cluster', 'prod', '--service-account', 'api'],
    ['r-2', 'r-1'],
  ],
])('%j chooses %j', async (args, requestIds) => {
  const { run } = await deploymentWithEvents();
  const events = JSON.parse((await run('audit', 'list', '-o', 'json', ...args)).stdout) as {
    requestId: string;
  }[];
  expect(events.map(({ requestId }) => requestId)).toEqual(requestIds);
});

describe('a credential that was found', () => {
  test('is known by its hash, made here: the credential itself is neither sent nor shown', async () => {
    const { run, seen, write } = await deploymentWithEvents(` ${CREDENTIAL}\r\n`);
    write('found.jwt', `${CREDENTIAL}\n`);
    for (const file of ['found.jwt', '-']) {
      const ran = await run('audit', 'find', '--credential-file', file);
      expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('myidsystem.web.api') });
      expect(ran.stdout + ran.stderr).not.toContain(CREDENTIAL.slice(0, 16));
    }
    for (const { url, headers, body } of seen) {
      expect(JSON.stringify([url.href, headers, body])).not.toContain(CREDENTIAL.slice(0, 16));
      expect(url.searchParams.get('credentialSha256')).toBe(SHA256);
    }
  });

  test('is known by its jti and by that of its source, too', async () => {
    const { run } = await deploymentWithEvents();
    for (const args of [
      ['--jti', 'credential-1'],
      ['--source-jti', 'source-1'],
    ]) {
      expect((await run('audit', 'find', ...args, '-o', 'json')).stdout).toContain('"requestId": "r-1"');
    }
  });

  test('that nobody knows is said so, with exit code 1', async () => {
    const { run } = await deploymentWithEvents();
    expect(await run('audit', 'find', '--jti', 'none')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('the audit trail does not know it'),
    });
  });
});

test.each([
  [['audit', 'find'], 'give one of'],
  [['audit', 'find', '--jti', 'a', '--source-jti', 'b'], 'give one of'],
  [['audit', 'list', '--since', '1h', '--from', '2027-01-15T07:00:00Z'], 'not both'],
  [['audit', 'list', '--since', 'yesterday'], 'Write a number and its unit'],
  [['audit', 'list', '--limit', '0'], 'It must be a whole number'],
])('%j is wrong usage', async (args, hint) => {
  const deployment = createTestDeployment();
  const ran = await deployment.run(...args);
  expect([ran.exitCode, deployment.seen]).toEqual([2, []]);
  expect(ran.stderr).toContain(hint);
});

test('an event that cannot be read ends the command: a trail has no holes', async () => {
  const { run } = createTestDeployment({
    intercept: () => Response.json({ items: [{ id: 1, kind: 'new' }], nextCursor: null }),
  });
  expect(await run('audit', 'list')).toMatchObject({ exitCode: 3, stdout: '' });
});

test('no events are said beside the output, and JSON is an empty array', async () => {
  const { run } = createTestDeployment();
  expect(await run('audit', 'list')).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: 'There are no such events.\n',
  });
  expect((await run('audit', 'list', '-o', 'json')).stdout).toBe('[]\n');
});

test('A51: a break-glass token that was given out is told from the rest, with who did it and until when', async () => {
  const { run, stores } = createTestDeployment();
  const event = {
    kind: 'access',
    atMs: Date.UTC(2027, 0, 15, 7),
    operation: 'reset_token',
    principal: 'owner',
    expiresAtMs: Date.UTC(2027, 0, 15, 8),
  } as const;
  await stores.resetBreakGlass({ tokenSha256: SHA256, expiresAtMs: event.expiresAtMs }, event);
  const { stdout } = await run('audit', 'list', '--kind', 'access');
  expect(stdout).toMatch(/reset_token +owner +break-glass until 2027-01-15T08:00:00Z/);
  expect(stdout).not.toContain(SHA256);
});

test.each([
  [['--kind', 'changes'], 'exchange, change, explain, refusals, access'],
  [['--outcome', 'denied'], 'issued, refused'],
])('%j is refused with what there is, before anything is sent', async (args, choices) => {
  const { run, seen } = createTestDeployment();
  const { exitCode, stderr } = await run('audit', 'list', ...args);
  expect([exitCode, stderr, seen]).toEqual([2, expect.stringContaining(choices), []]);
});
