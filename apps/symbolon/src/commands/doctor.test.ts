import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HttpError, type HttpRequest } from '../cli/send-http.ts';
import { createTestCli, sendTo, type TestCliOptions } from '../cli/test-support.ts';
import type { Finding } from '../doctor/finding.ts';

const ISSUER = 'http://127.0.0.1:8080';
const TOKEN = 'one-token-of-more-than-thirty-two-characters';
const NOW = Date.UTC(2027, 0, 15, 8);

const ANSWERS: Readonly<Record<string, () => Response>> = {
  '/readyz': () => Response.json({ status: 'ready' }),
  '/.well-known/oauth-authorization-server': () =>
    Response.json({ issuer: ISSUER, jwks_uri: `${ISSUER}/jwks`, token_endpoint: `${ISSUER}/token` }),
  '/jwks': () => Response.json({ keys: [{ kty: 'EC', kid: 'a', alg: 'ES256' }] }),
  '/admin/v1/whoami': () => Response.json({ id: 'bootstrap', isGlobalOwner: true }),
  '/admin/v1/clusters': () => Response.json({ items: [{ name: 'east' }], nextCursor: null }),
  '/admin/v1/clusters/east/status': () =>
    Response.json({
      name: 'east',
      keys: { readAt: null, keyIds: [], dropped: 0, failure: 'ECONNREFUSED', unusableAt: null },
      lockOut: {},
    }),
};

/** A doctor beside a broker that answers so, and whose files lie in the folder. */
function doctor(answers: Partial<typeof ANSWERS> = {}, more: TestCliOptions = {}) {
  const sent: HttpRequest[] = [];
  const sendHttp = sendTo(({ url }) => {
    const answer =
      { ...ANSWERS, ...answers }[new URL(url).pathname]?.() ?? new Response(null, { status: 404 });
    answer.headers.set('date', new Date(NOW).toUTCString());
    return answer;
  }, sent);
  const { folder, run } = createTestCli({ sendHttp, now: () => NOW, ...more });
  const dataDir = join(folder, 'symbolon-data');
  mkdirSync(dataDir, { mode: 0o700 });
  writeFileSync(join(dataDir, 'admin-token'), TOKEN, { mode: 0o600 });
  writeFileSync(join(dataDir, 'key-encryption-key'), 'Zm9ydHktdGhyZWUtY2hhcmFjdGVycy1vZi1iYXNlNjQ', {
    mode: 0o600,
  });
  const findings = async (...args: readonly string[]) => {
    const { exitCode, stdout } = await run('doctor', '-o', 'json', ...args);
    const all = (JSON.parse(stdout) as { findings: Finding[] }).findings;
    return {
      exitCode,
      all,
      bad: all.filter(({ status }) => status !== 'ok').map(({ status, what }) => `${status}: ${what}`),
    };
  };
  return { dataDir, run, findings, sent };
}

const wellKeys = {
  '/admin/v1/clusters/east/status': () =>
    Response.json({ keys: { readAt: null, keyIds: ['a'], dropped: 0, failure: null, unusableAt: null } }),
};

test('a broker that is well has no problem, and ends with 0', async () => {
  const { exitCode, bad, all } = await doctor(wellKeys).findings();
  expect([exitCode, bad]).toEqual([0, []]);
  expect(new Set(all.map(({ area }) => area))).toEqual(
    new Set(['configuration', 'storage', 'clock', 'reachability', 'keys']),
  );
});

test('a problem ends with 1, and stands before its fix', async () => {
  const { exitCode, stdout, stderr } = await doctor().run('doctor');
  expect([exitCode, stderr]).toEqual([1, '']);
  expect(stdout).toMatch(
    /^problem {4}keys +there are no keys of cluster east: ECONNREFUSED\n +fix: correct /m,
  );
});

test('every finding that is not well has its fix in one line', async () => {
  const { all } = await doctor({ '/readyz': () => new Response(null, { status: 500 }) }).findings();
  for (const { status, fix } of all) {
    expect(status === 'ok').toBe(fix === null);
    expect(fix ?? '').not.toContain('\n');
  }
});

test('without a broker on this machine it says what it could not look at, and that is no problem', async () => {
  const sendHttp = async () => {
    throw new HttpError('ECONNREFUSED');
  };
  const { exitCode, bad } = await doctor({}, { sendHttp }).findings();
  expect(exitCode).toBe(0);
  expect(bad).toEqual([expect.stringMatching(/^unchecked: no broker runs on this machine/)]);
});

test('a broker that was named and is not there is a problem', async () => {
  const sendHttp = async () => {
    throw new HttpError('ECONNREFUSED');
  };
  const { exitCode, bad } = await doctor({}, { sendHttp }).findings('--issuer', 'https://id.example');
  expect(exitCode).toBe(1);
  expect(bad[0]).toMatch(/^problem: the gateway: nothing listens/);
});

test('S48: metadata of another issuer, and keys on another server, are problems', async () => {
  for (const metadata of [
    { issuer: `${ISSUER}/`, jwks_uri: `${ISSUER}/jwks` },
    { issuer: ISSUER, jwks_uri: 'https://attacker.example/jwks' },
  ]) {
    const { findings, sent } = doctor({
      ...wellKeys,
      '/.well-known/oauth-authorization-server': () => Response.json(metadata),
    });
    const { exitCode, bad } = await findings();
    expect([exitCode, bad.length]).toEqual([1, 1]);
    expect(bad[0]).toContain('names the issuer');
    expect(sent.map(({ url }) => url.pathname)).not.toContain('/jwks');
  }
});

test('what the gateway is not ready for is said, one finding each', async () => {
  const failing = [{ name: 'audit', detail: 'the audit trail cannot be written' }, { name: 'policy' }];
  const { findings } = doctor({ ...wellKeys, '/readyz': () => Response.json({ failing }, { status: 503 }) });
  expect((await findings()).bad).toEqual([
    'problem: the gateway is not ready: the audit trail cannot be written',
    'problem: the gateway is not ready: policy',
  ]);
});

test('a clock that is off is told', async () => {
  const { bad } = await doctor(wellKeys, { now: () => NOW + 120_000 }).findings();
  expect(bad).toEqual([expect.stringMatching(/^problem: the clocks .* 119 s apart$/)]);
});

test('a token that the broker does not know is a problem, and is shown nowhere', async () => {
  const { findings, run } = doctor({ '/admin/v1/whoami': () => new Response(null, { status: 401 }) });
  expect((await findings()).bad).toEqual([expect.stringContaining('does not accept the token')]);
  expect((await run('doctor')).stdout).not.toContain(TOKEN);
});

test('every problem of the configuration is a finding, and hides none of the others', async () => {
  const { findings } = doctor(wellKeys, { env: { SYMBOLON_LISTEN: 'nowhere', SYMBOLON_NONSENSE: 'x' } });
  const { exitCode, bad } = await findings('--issuer', ISSUER);
  expect(exitCode).toBe(1);
  expect(bad).toEqual([
    expect.stringContaining('SYMBOLON_NONSENSE is not a setting'),
    expect.stringContaining('SYMBOLON_LISTEN must be'),
    'unchecked: the files of the broker cannot be found',
  ]);
});

test('a key that others can read is a warning, which does not end with 1', async () => {
  const { findings, dataDir } = doctor(wellKeys);
  chmodSync(join(dataDir, 'key-encryption-key'), 0o644);
  const { exitCode, bad } = await findings();
  expect([exitCode, bad]).toEqual([0, [expect.stringMatching(/^warning: others can read/)]]);
});

test('what a gateway alone is given is judged as that of a gateway, and not as that of both doors', async () => {
  const env = {
    SYMBOLON_ISSUER: ISSUER,
    SYMBOLON_DATABASE_URL: 'no URL',
    SYMBOLON_KEK_FILE: 'key-encryption-key',
  };
  const missing = expect.stringContaining('SYMBOLON_ADMIN_TOKEN_FILE must be given');
  const { findings } = doctor(wellKeys, { env });
  expect((await findings()).bad).toContainEqual(missing);
  expect((await findings('--role', 'gateway')).bad).not.toContainEqual(missing);
});
