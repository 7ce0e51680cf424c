import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { clusterSpecOf, type StandInCluster, startStandInCluster } from '@symbolon/testkit';
import { type Postgres, startPostgres, type TestDatabase } from '@symbolon/testkit/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';

/*
 * What the compose file does, without Docker: the bundle that the image holds, the logins as its own SQL makes them, and
 * its commands with its settings, one process a service.
 */

const ROOT = join(import.meta.dirname, '..', '..');
const PROGRAM = join(ROOT, 'dist', 'symbolon.js');
const AUDIENCE = 'https://vault.company.com';
const PASSWORDS = { owner_password: 'aa11', gateway_password: 'bb22', admin_password: 'cc33' };

let folder = '';
let server: Postgres;
let database: TestDatabase;
let cluster: StandInCluster;
const running: Service[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-production-'));
  await promisify(execFile)(process.execPath, [join(ROOT, 'apps', 'symbolon', 'build.ts')]);
  [server, cluster] = await Promise.all([startPostgres('18'), startStandInCluster()]);
  database = await server.createDatabase();
  await server.execute(loginsSql(), database.url);
});
afterAll(async () => {
  await Promise.all(running.map(({ stop }) => stop()));
  await Promise.all([server.stop(), cluster.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** The SQL of the compose file, as psql reads it, for a database of another name. */
function loginsSql(): string {
  const sql = readFileSync(join(ROOT, 'infra', 'compose', 'logins.sql'), 'utf8');
  return sql
    .replace(/^\\getenv .*$/gm, '')
    .replace(/DATABASE symbolon /g, `DATABASE ${database.name} `)
    .replace(/:'(\w+)'/g, (_, name: keyof typeof PASSWORDS) => `'${PASSWORDS[name]}'`);
}

function urlOf(login: 'owner' | 'gateway' | 'admin'): string {
  const { host } = new URL(database.url);
  return `postgres://${login}:${PASSWORDS[`${login}_password`]}@${host}/${database.name}`;
}

function environment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SYMBOLON_'));
  return { ...Object.fromEntries(inherited), XDG_CONFIG_HOME: folder, ...settings };
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function symbolon(args: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: environment(settings) };
    execFile(process.execPath, [PROGRAM, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

interface Service {
  readonly addresses: Readonly<Record<'gateway' | 'admin', string>>;
  log(): string;
  stop(): Promise<number | null>;
}

/** `symbolon serve`; resolves once it says that it is ready, and rejects with its log where it ends before. */
function serve(role: 'gateway' | 'admin', settings: Readonly<Record<string, string>>): Promise<Service> {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, 'serve', '--role', role], {
    cwd: folder,
    env: environment({
      SYMBOLON_LISTEN: '127.0.0.1:0',
      SYMBOLON_ADMIN_LISTEN: '127.0.0.1:0',
      SYMBOLON_DATABASE_URL: urlOf(role),
      ...settings,
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const lines: string[] = [];
  const log = () => lines.join('\n');
  return new Promise((resolve, reject) => {
    const onLine = (line: string) => {
      lines.push(line);
      if (!line.includes('"msg":"ready"')) return;
      const service = {
        addresses: JSON.parse(line) as Service['addresses'],
        log,
        stop: () => {
          child.kill('SIGTERM');
          return exited;
        },
      };
      running.push(service);
      resolve(service);
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', onLine);
    }
    void exited.then(() => reject(new Error(`it ended:\n${log()}`)));
  });
}

const files = () => ({
  SYMBOLON_KEK_FILE: join(folder, 'secrets', 'key-encryption-key'),
  SYMBOLON_ADMIN_TOKEN_FILE: join(folder, 'secrets', 'admin-token'),
});

test('init, migrate, a gateway and an admin API, each with its own login and secret: a token is exchanged', async () => {
  expect((await symbolon(['init', '--out', 'secrets'])).code).toBe(0);
  const { SYMBOLON_KEK_FILE, SYMBOLON_ADMIN_TOKEN_FILE } = files();

  // A broker on a schema that is not there says which command makes it.
  await expect(serve('gateway', { SYMBOLON_KEK_FILE })).rejects.toThrow('symbolon migrate');
  expect(await symbolon(['migrate'], { SYMBOLON_MIGRATE_DATABASE_URL: urlOf('owner') })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('up to date'),
  });

  const gateway = await serve('gateway', { SYMBOLON_KEK_FILE });
  const issuer = gateway.addresses.gateway;
  const admin = await serve('admin', { SYMBOLON_ADMIN_TOKEN_FILE, SYMBOLON_ISSUER: issuer });
  const cli = { SYMBOLON_SERVER: admin.addresses.admin, SYMBOLON_ADMIN_TOKEN_FILE };
  writeFileSync(join(folder, 'objects.yaml'), manifests());
  expect(await symbolon(['apply', '--file', 'objects.yaml', '--yes'], cli)).toMatchObject({ code: 0 });

  const subjectToken = cluster.issueToken({ namespace: 'web', serviceAccount: 'api', audiences: [issuer] });
  writeFileSync(join(folder, 'subject-token'), subjectToken);
  const exchanged = await symbolon(
    ['exchange', '--issuer', issuer, '--token-file', 'subject-token', '--audience', AUDIENCE],
    {},
  );
  expect(exchanged).toMatchObject({ code: 0, stdout: expect.stringMatching(/eyJ[\w-]+\.[\w-]+\.[\w-]+/) });
  for (const { log } of running) expect(log()).not.toContain(subjectToken);
});

test('the admin token is rotated by replacing its file, within a second and without a restart', async () => {
  const { SYMBOLON_ADMIN_TOKEN_FILE: file } = files();
  const before = readFileSync(file, 'utf8').trim();
  expect(await statusWith(before)).toBe(200);
  expect((await symbolon(['init', '--out', 'rotated'])).code).toBe(0);
  renameSync(join(folder, 'rotated', 'admin-token'), file);
  await expect.poll(() => statusWith(before), { timeout: 1_000 }).toBe(401);
  expect(await statusWith(readFileSync(file, 'utf8').trim())).toBe(200);
});

test('A51: break-glass: a running admin API accepts the token within a second, and its changes are audited as such', async () => {
  const { code, stdout } = await symbolon(['admin', 'reset-token', '--valid', '3m'], {
    SYMBOLON_MIGRATE_DATABASE_URL: urlOf('owner'),
  });
  expect(code).toBe(0);
  const token = stdout.trim();
  await expect.poll(() => statusWith(token), { timeout: 1_500 }).toBe(200);
  writeFileSync(join(folder, 'break-glass'), stdout, { mode: 0o600 });
  const cli = { SYMBOLON_SERVER: adminUrl(), SYMBOLON_TOKEN_FILE: 'break-glass' };
  expect(await symbolon(['whoami', '-o', 'json'], cli)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('break-glass'),
  });
  expect((await symbolon(['audit', 'list'], cli)).stdout).toMatch(/owner/);
  for (const { log } of running) expect(log()).not.toContain(token);

  // A new one ends it, and what is over is refused.
  expect(
    (await symbolon(['admin', 'reset-token', '--valid', '1s'], { SYMBOLON_DATABASE_URL: urlOf('owner') }))
      .code,
  ).toBe(0);
  await expect.poll(() => statusWith(token), { timeout: 1_500 }).toBe(401);
});

test('another key-encryption key stops a gateway at its start, with both fingerprints and the setting', async () => {
  expect((await symbolon(['init', '--out', 'other'])).code).toBe(0);
  const started = serve('gateway', { SYMBOLON_KEK_FILE: join(folder, 'other', 'key-encryption-key') });
  const failure: unknown = await started.then(
    () => new Error('it started'),
    (error: unknown) => error,
  );
  const text = String(failure);
  expect(text).toMatch(/key-encryption key [0-9a-f]{16}.*but the one given is [0-9a-f]{16}/);
  expect(text).toContain('SYMBOLON_KEK_FILE');
  expect(text).not.toContain(readFileSync(join(folder, 'other', 'key-encryption-key'), 'utf8').trim());
});

function adminUrl(): string {
  const admin = running.find(({ addresses }) => addresses.admin !== undefined);
  return admin?.addresses.admin ?? '';
}

async function statusWith(token: string): Promise<number> {
  const { status } = await fetch(`${adminUrl()}/admin/v1/whoami`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  return status;
}

function manifests(): string {
  const objects = [
    {
      kind: 'Cluster',
      name: 'east',
      spec: clusterSpecOf(cluster, cluster.readerToken()),
    },
    {
      kind: 'IdentitySystem',
      name: 'vault',
      spec: { subject: '{namespace}.{serviceAccount}', identityDomain: 'east' },
    },
    { kind: 'Target', name: 'vault', identitySystem: 'vault', spec: { audiences: [AUDIENCE] } },
    {
      kind: 'MappingRule',
      name: 'web',
      identitySystem: 'vault',
      spec: {
        effect: 'allow',
        match: { clusters: ['east'], namespaces: ['web'], serviceAccounts: ['api'] },
        targets: ['vault'],
      },
    },
  ];
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}
