import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminToken, clusterSpecOf, putObject, startBroker, startStandInCluster } from '@symbolon/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-serve-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'after %s another start has the same data and the same keys',
  async (signal) => {
    const dataDir = join(folder, 'data');
    const first = await startBroker({ dataDir });
    const token = adminToken(dataDir);
    expect(
      await putObject(first, 'identity-systems/kept', { subject: '{cluster}.{namespace}.{serviceAccount}' }),
    ).toBe(201);
    const keys = await (await fetch(`${first.issuer}/jwks`)).text();
    expect(await first.stop(signal)).toBe(signal === 'SIGTERM' ? 0 : null);
    if (signal === 'SIGTERM') expect(first.log()).toContain('"msg":"stopped"');

    const second = await startBroker({ dataDir });
    expect(await (await fetch(`${second.issuer}/jwks`)).text()).toBe(keys);
    const kept = await fetch(`${second.admin}/admin/v1/identity-systems/kept`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(kept.status).toBe(200);
    expect(second.log()).not.toContain(token);
    await second.stop();
  },
);

test('requests in flight at SIGTERM are answered, and readyz had said what was ready', async () => {
  const broker = await startBroker();
  const cluster = await startStandInCluster();
  const ready = await fetch(`${broker.issuer}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  await putObject(broker, 'clusters/east', clusterSpecOf(cluster, cluster.readerToken()));
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
  await expect.poll(() => cluster.requests().length, { timeout: 5_000 }).toBeGreaterThan(0);
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
