import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminToken, putObject, startBroker } from '@symbolon/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/*
 * What is so of the embedded database alone, or of a process before it has any: run once, and not on every deployment.
 */

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const SYSTEM = { subject: '{cluster}.{namespace}.{serviceAccount}' };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-embedded-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the first start on a folder makes its secrets for the owner alone, a later one keeps them', async () => {
  const dataDir = join(folder, 'data');
  const first = await startBroker({ dataDir, deployment: 'embedded' });
  expect(statSync(join(dataDir, 'admin-token')).mode & 0o777).toBe(0o600);
  expect(statSync(join(dataDir, 'key-encryption-key')).mode & 0o777).toBe(0o600);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  const token = adminToken(dataDir);
  await first.stop();
  const second = await startBroker({ dataDir, deployment: 'embedded' });
  expect(adminToken(dataDir)).toBe(token);
  await second.stop();
});

test('A56: a second process on the folder stops and names the first; what was acknowledged survives kill -9', async () => {
  const dataDir = join(folder, 'data');
  const first = await startBroker({ dataDir, deployment: 'embedded' });
  expect(await putObject(first, 'identity-systems/kept', SYSTEM)).toBe(201);
  await expect(startBroker({ dataDir, deployment: 'embedded' })).rejects.toThrow(String(first.pid));
  await first.stop('SIGKILL');
  const third = await startBroker({ dataDir, deployment: 'embedded' });
  expect(await putObject(third, 'identity-systems/kept', SYSTEM)).toBe(200);
  await third.stop();
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

test('metrics and probes on an address of their own are served there, with the connections of every server', async () => {
  // The connections are those of the test itself: there is no load balancer between.
  const broker = await startBroker({
    deployment: 'embedded',
    env: { SYMBOLON_METRICS_LISTEN: '127.0.0.1:0' },
  });
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
