import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker, startStandInCluster } from '@symbolon/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const MAIN = join(ROOT, 'apps', 'symbolon', 'src', 'main.ts');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-serve-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function adminToken(dataDir: string): string {
  return readFileSync(join(dataDir, 'admin-token'), 'utf8').trim();
}

async function put(broker: { admin: string; dataDir: string }, path: string, body: object): Promise<number> {
  const response = await fetch(`${broker.admin}/admin/v1/${path}`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${adminToken(broker.dataDir)}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.status;
}

test('the first start makes its secrets for the owner alone, a later one keeps them and the data', async () => {
  const dataDir = join(folder, 'data');
  const first = await startBroker({ dataDir });
  expect(statSync(join(dataDir, 'admin-token')).mode & 0o777).toBe(0o600);
  expect(statSync(join(dataDir, 'key-encryption-key')).mode & 0o777).toBe(0o600);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  const token = adminToken(dataDir);
  expect(
    await put(first, 'identity-systems/kept', { subject: '{cluster}.{namespace}.{serviceAccount}' }),
  ).toBe(201);
  const keys = await (await fetch(`${first.issuer}/jwks`)).text();
  expect(await first.stop()).toBe(0);
  expect(first.log()).toContain('"msg":"stopped"');

  const second = await startBroker({ dataDir });
  expect(adminToken(dataDir)).toBe(token);
  expect(await (await fetch(`${second.issuer}/jwks`)).text()).toBe(keys);
  const kept = await fetch(`${second.admin}/admin/v1/identity-systems/kept`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(kept.status).toBe(200);
  expect(second.log()).not.toContain(token);
  await second.stop();
});

test('A56: a second process on the folder stops and names the first; what was acknowledged survives kill -9', async () => {
  const dataDir = join(folder, 'data');
  const first = await startBroker({ dataDir });
  expect(
    await put(first, 'identity-systems/kept', { subject: '{cluster}.{namespace}.{serviceAccount}' }),
  ).toBe(201);
  await expect(startBroker({ dataDir })).rejects.toThrow(String(first.pid));
  await first.stop('SIGKILL');
  const third = await startBroker({ dataDir });
  expect(
    await put(third, 'identity-systems/kept', { subject: '{cluster}.{namespace}.{serviceAccount}' }),
  ).toBe(200);
  await third.stop();
});

test('requests in flight at SIGTERM are answered, and readyz had said what was ready', async () => {
  const broker = await startBroker();
  const cluster = await startStandInCluster();
  const ready = await fetch(`${broker.issuer}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  await put(broker, 'clusters/east', {
    issuers: [cluster.issuer],
    validation: { mode: 'offline', jwks: { source: 'apiServer' } },
    apiServer: {
      url: cluster.url,
      caBundle: cluster.caPem,
      credential: { kind: 'token', token: cluster.readerToken() },
    },
  });
  cluster.misbehave('hang');
  const inFlight = fetch(`${broker.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: cluster.issueToken({ namespace: 'a', serviceAccount: 'b', audiences: [broker.issuer] }),
      audience: 'nobody.example',
    }),
  });
  await expect.poll(() => cluster.requests().length, { timeout: 5_000 }).toBe(1);
  const stopped = broker.stop();
  await expect.poll(broker.log, { timeout: 5_000 }).toContain('"msg":"stopping"');
  cluster.behave();
  const answer = await inFlight;
  expect([answer.status, await answer.json()]).toMatchObject([400, { reason: 'target_not_permitted' }]);
  expect(await stopped).toBe(0);
  await cluster.stop();
});

test('A46: on the wire, a path that is spelled in another way than it is routed is not served, even to the admin', async () => {
  const broker = await startBroker();
  const { hostname, port } = new URL(broker.admin);
  const statusOf = async (path: string) => {
    const headers = { Authorization: `Bearer ${adminToken(broker.dataDir)}` };
    const [answer] = (await once(request({ hostname, port, path, headers }).end(), 'response')) as [
      IncomingMessage,
    ];
    answer.resume();
    return answer.statusCode;
  };
  expect(await statusOf('/admin/v1/whoami')).toBe(200);
  for (const path of [
    '/admin/v1/clusters/../whoami',
    '/admin/v1/clusters/%2e%2e/whoami',
    '/admin/v1/./whoami',
    '//admin/v1/whoami',
    '/admin//v1/whoami',
    '/admin/v1/whoami/',
    '/admin/v1/whoami.',
    '/admin/v1/whoam%69',
    '/ADMIN/v1/whoami',
    'http://elsewhere.example/admin/v1/whoami',
  ]) {
    expect([400, 404], path).toContain(await statusOf(path));
  }
  await broker.stop();
});

describe('what a person reads when it does not start', () => {
  function serve(env: Record<string, string>, ...args: string[]) {
    const run = spawnSync(process.execPath, [MAIN, 'serve', ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', ...env },
      encoding: 'utf8',
      timeout: 30_000,
    });
    return { status: run.status, errors: run.stderr };
  }

  test('every problem of the configuration, a line each', () => {
    const { status, errors } = serve({ SYMBOLON_LISTEN: 'nowhere', SYMBOLON_ISSUR: 'https://id.example' });
    expect(status).toBe(1);
    expect(errors).toContain('The configuration has 2 problems:\n');
    expect(errors).toContain('SYMBOLON_ISSUR is not a setting. Did you mean SYMBOLON_ISSUER?');
    expect(errors).not.toContain('    at ');
  });

  test('an address in use, and the setting that changes it', async () => {
    const broker = await startBroker();
    const { status, errors } = serve({ SYMBOLON_LISTEN: new URL(broker.issuer).host });
    expect([status, errors]).toEqual([1, expect.stringContaining('SYMBOLON_LISTEN')]);
    await broker.stop();
  });

  test('a configuration file that is not there', () => {
    const { status, errors } = serve({}, '--config', 'missing.yaml');
    expect([status, errors]).toEqual([1, expect.stringContaining('missing.yaml')]);
  });
});

/** A Node of this machine that is too old, if it has one. */
function olderNode(): { readonly path: string; readonly version: string } | undefined {
  return ['/usr/bin/node', '/usr/local/bin/node']
    .map((path) => ({ path, version: spawnSync(path, ['-v'], { encoding: 'utf8' }).stdout?.trim() ?? '' }))
    .find(({ version }) => /^v(1\d|2[0-5])\./.test(version));
}

test('the bundle needs nothing but Node and what lies in dist', async () => {
  expect(spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT }).status).toBe(0);
  const entry = join(folder, 'dist', 'symbolon.js');
  expect(spawnSync('cp', ['-r', join(ROOT, 'dist'), folder]).status).toBe(0);
  expect(statSync(entry).mode & 0o111).toBe(0o111);
  const broker = await startBroker({ entry, cwd: folder });
  expect((await fetch(`${broker.issuer}/readyz`)).status).toBe(200);
  expect((await fetch(`${broker.issuer}/errors/token_expired`)).status).toBe(200);
  expect(await broker.stop()).toBe(0);

  const old = olderNode();
  if (old === undefined) return;
  const { status, stdout, stderr } = spawnSync(old.path, [entry, 'version'], { encoding: 'utf8' });
  const words = `symbolon needs Node 26 or newer; this is ${old.version}\n`;
  expect([status, stdout, stderr]).toEqual([1, '', words]);
});

test('metrics and probes on an address of their own are served there, with the connections of every server', async () => {
  const broker = await startBroker({ env: { SYMBOLON_METRICS_LISTEN: '127.0.0.1:0' } });
  const ready = broker
    .log()
    .split('\n')
    .find((line) => line.includes('"msg":"ready"'));
  const { metrics } = JSON.parse(ready ?? '{}') as { metrics: string };
  expect((await fetch(`${broker.issuer}/metrics`)).status).toBe(404);
  expect((await fetch(`${metrics}/readyz`)).status).toBe(200);
  const text = await (await fetch(`${metrics}/metrics`)).text();
  for (const server of ['gateway', 'metrics']) {
    expect(text).toMatch(new RegExp(`^symbolon_http_connections\\{server="${server}"\\} [1-9]`, 'm'));
  }
  expect(text).toContain('symbolon_http_connections_refused_total{server="admin"} 0');
  expect(await broker.stop()).toBe(0);
});
