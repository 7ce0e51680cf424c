import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAIN, runSymbolon, type SpawnedBroker, spawnBroker } from '@symbolon/testkit';
import { type Postgres, startPostgres } from '@symbolon/testkit/postgres';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

let postgres: Postgres;
let folder = '';
let settings: Record<string, string> = {};
const running: SpawnedBroker[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-processes-'));
  postgres = await startPostgres('18');
  const database = await postgres.createDatabase();
  await runSymbolon(['migrate'], { SYMBOLON_MIGRATE_DATABASE_URL: database.url });
  const login = await postgres.createLogin({ memberOf: ['symbolon_gateway', 'symbolon_admin'] });
  const secrets = join(folder, 'secrets');
  await runSymbolon(['init', '--out', secrets]);
  settings = {
    SYMBOLON_DATABASE_URL: login.urlOf(database),
    SYMBOLON_KEK_FILE: join(secrets, 'key-encryption-key'),
    SYMBOLON_ADMIN_TOKEN_FILE: join(secrets, 'admin-token'),
    SYMBOLON_METRICS_LISTEN: '127.0.0.1:0',
  };
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((broker) => broker.stop('SIGKILL')));
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(args: readonly string[], more: Record<string, string> = {}): Promise<SpawnedBroker> {
  const broker = await spawnBroker({ entry: MAIN, cwd: folder, settings: { ...settings, ...more }, args });
  running.push(broker);
  return broker;
}

interface Line {
  readonly msg: string;
  readonly worker?: number;
  readonly pid?: number;
  readonly metrics?: string;
  readonly gateway?: string;
}

function linesOf(broker: SpawnedBroker): readonly Line[] {
  return broker
    .log()
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));
}

function metricsUrl(broker: SpawnedBroker): string {
  return linesOf(broker).find(({ msg }) => msg === 'ready')?.metrics ?? '';
}

async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url, { headers: { connection: 'close' } });
  await answer.arrayBuffer();
  return answer.status;
}

describe('--workers', () => {
  test('ready is told once, by all on one address; their figures are one, and each serves', async () => {
    const broker = await start(['--workers', '2']);
    const metrics = metricsUrl(broker);
    expect(linesOf(broker).filter(({ msg }) => msg === 'ready')).toHaveLength(1);
    for (let request = 0; request < 20; request += 1)
      expect(await statusOf(`${broker.gateway}/.well-known/openid-configuration`)).toBe(200);
    expect(await statusOf(`${broker.admin}/admin/v1/whoami`)).toBe(401);
    expect(await statusOf(`${metrics}/readyz`)).toBe(200);
    expect(await statusOf(`${broker.gateway}/metrics`)).toBe(404);
    const text = await (await fetch(`${metrics}/metrics`)).text();
    expect(text).toMatch(/_count\{server="gateway",route="\/.well-known\/openid-configuration",[^}]*\} 20\n/);
    expect(text).toMatch(/^symbolon_policy_in_force 1$/m);
    await expect
      .poll(() => new Set(linesOf(broker).flatMap(({ msg, worker }) => (msg === 'request' ? [worker] : []))))
      .toEqual(new Set([1, 2]));
    expect(await broker.stop('SIGTERM')).toBe(0);
    expect(broker.log()).toContain('"msg":"stopped"');
  });

  test('one that is killed is replaced, and requests go on in the meantime', async () => {
    const broker = await start(['--workers', '2']);
    const metrics = metricsUrl(broker);
    const [victim] = childrenOf(broker.pid);
    process.kill(victim ?? 0, 'SIGKILL');
    await expect.poll(() => statusOf(`${metrics}/readyz`), { timeout: 10_000 }).toBe(503);
    expect(await statusOf(`${broker.gateway}/jwks`)).toBe(200);
    await expect.poll(() => statusOf(`${metrics}/readyz`), { timeout: 40_000 }).toBe(200);
    expect(childrenOf(broker.pid)).toHaveLength(2);
    expect(childrenOf(broker.pid)).not.toContain(victim);
    expect(await broker.stop('SIGTERM')).toBe(0);
  });

  test('a start that fails in each ends the whole, and says why once', async () => {
    const failed = start(['--workers', '2'], { SYMBOLON_KEK_FILE: '/nowhere/key' });
    const words = await failed.then(
      () => 'ready',
      ({ message }: Error) => message,
    );
    expect(words.match(/\/nowhere\/key/g)).toHaveLength(1);
    expect(words).not.toContain('    at ');
  });

  test('workers whose primary is killed end, and free the ports', async () => {
    const broker = await start(['--workers', '2']);
    const workers = childrenOf(broker.pid);
    expect(workers).toHaveLength(2);
    await broker.stop('SIGKILL');
    await expect.poll(() => workers.filter(isRunning), { timeout: 10_000 }).toEqual([]);
  });
});

describe('--role', () => {
  test('admin has the admin API with both probes, and no gateway; a gateway no admin API', async () => {
    const issuer = { SYMBOLON_ISSUER: 'https://id.example' };
    const gateway = await start(['--role', 'gateway'], issuer);
    const admin = await start(['--role', 'admin'], issuer);
    expect(gateway.admin).toBeUndefined();
    expect(admin.gateway).toBeUndefined();
    expect(await statusOf(`${gateway.gateway}/readyz`)).toBe(200);
    for (const [path, status] of [
      ['/livez', 200],
      ['/readyz', 200],
      ['/metrics', 401],
      ['/jwks', 401],
      ['/admin/v1/whoami', 401],
    ] as const)
      expect(await statusOf(`${admin.admin}${path}`), path).toBe(status);
    expect(await statusOf(`${gateway.gateway}/admin/v1/whoami`)).toBe(404);
    expect(await admin.stop('SIGTERM')).toBe(0);
    expect(await gateway.stop('SIGTERM')).toBe(0);
  });
});

function childrenOf(pid: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([child, parent]) => (child !== undefined && parent === pid ? [child] : []));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
