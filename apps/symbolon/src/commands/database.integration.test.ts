import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '@symbolon/testkit';
import { type Postgres, startPostgres, type TestDatabase } from '@symbolon/testkit/postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const NAMES =
  /^(applied \d{4}_[a-z0-9_]+\n)+made role symbolon_gateway\nmade role symbolon_admin\nup to date\n$/;

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program as an operator runs it, in the folder. */
function symbolon(args: readonly string[], env: Readonly<Record<string, string>>, cwd = '.'): Promise<Ran> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SYMBOLON_'));
  const options = { cwd, env: { ...Object.fromEntries(inherited), ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe('on PostgreSQL', () => {
  let server: Postgres;
  let database: TestDatabase;
  beforeAll(async () => {
    server = await startPostgres('18');
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    database = await server.createDatabase();
    await server.execute('DROP ROLE IF EXISTS symbolon_gateway, symbolon_admin');
    return () => database.drop();
  });
  /** Whether a condition holds in the database, as the superuser sees it. */
  const holds = (condition: string) =>
    server.execute(`DO $$ BEGIN ASSERT (${condition}), 'it does not hold'; END $$`, database.url);
  const owner = () => ({ SYMBOLON_MIGRATE_DATABASE_URL: database.url });

  test('migrate: pending is 4, then everything is applied and the roles are made, then there is nothing to do', async () => {
    const before = await symbolon(['migrate', '--check'], owner());
    expect([before.code, before.stdout]).toEqual([4, expect.stringMatching(/^(pending \d{4}_\w+\n)+$/)]);
    const applied = await symbolon(['migrate'], owner());
    expect([applied.code, applied.stdout]).toEqual([0, expect.stringMatching(NAMES)]);
    const after = await symbolon(['migrate', '--check', '-o', 'json'], owner());
    expect([after.code, JSON.parse(after.stdout)]).toEqual([0, { status: 'up_to_date', pending: [] }]);
    expect((await symbolon(['migrate'], owner())).stdout).toBe('up to date\n');
  });

  test('migrate --check is 1 for a schema of a later version, and says which version can go on', async () => {
    await symbolon(['migrate'], owner());
    await server.execute(
      "INSERT INTO applied_migrations (position, name, sha256) VALUES (9000, '9000_later', 'x')",
      database.url,
    );
    const { code, stderr } = await symbolon(['migrate', '--check'], owner());
    expect([code, stderr]).toEqual([1, expect.stringContaining('9000_later')]);
    expect((await symbolon(['migrate'], owner())).code).toBe(1);
  });

  test('migrate prints the SQL where the login lacks rights, changes nothing, and goes on once that was run', async () => {
    const login = await server.createLogin();
    const env = { SYMBOLON_MIGRATE_DATABASE_URL: login.urlOf(database) };
    const lacking = await symbolon(['migrate'], env);
    expect([lacking.code, lacking.stdout]).toEqual([
      1,
      expect.stringContaining('CREATE ROLE "symbolon_gateway"'),
    ]);
    await holds("NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')");
    await server.execute(lacking.stdout, database.url);
    expect((await symbolon(['migrate'], env)).code).toBe(0);
  });

  test('A50: a wrong password is told as one, and stands nowhere', async () => {
    const url = new URL(database.url);
    url.username = (await server.createLogin()).name;
    url.password = 'canary';
    const { code, stdout, stderr } = await symbolon(['migrate'], { SYMBOLON_DATABASE_URL: url.href });
    // A server that trusts loopback lets it in, and then it lacks rights.
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).not.toContain('canary');
  });

  test('a server that is not there is 3: try again later', async () => {
    const { code, stderr } = await symbolon(['migrate'], {
      SYMBOLON_DATABASE_URL: 'postgres://owner:canary@127.0.0.1:1/symbolon',
    });
    expect([code, stderr]).toEqual([3, expect.stringContaining('ECONNREFUSED')]);
    expect(stderr).not.toContain('canary');
  });

  test('A51: reset-token stores the digest and its audit event under the login that did it', async () => {
    await symbolon(['migrate'], owner());
    const login = await server.createLogin();
    await server.execute(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${login.name}`, database.url);
    await server.execute(`GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${login.name}`, database.url);
    const { code, stdout } = await symbolon(['admin', 'reset-token', '--valid', '5m'], {
      SYMBOLON_DATABASE_URL: login.urlOf(database),
    });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^[\w-]{43}\n$/)]);
    const sha256 = createHash('sha256').update(stdout.trim()).digest('hex');
    await holds(`(SELECT break_glass_sha256 FROM admin_access) = '${sha256}'`);
    await holds(`(SELECT event->>'kind' = 'access' AND event->>'operation' = 'reset_token'
      AND event->>'principal' = '${login.name}' AND event::text NOT LIKE '%${stdout.trim()}%' FROM audit_events)`);
  });

  test.each(['symbolon_gateway', 'symbolon_admin'])(
    'A51: the login of a broker, a member of %s, cannot give out a token',
    async (role) => {
      await symbolon(['migrate'], owner());
      const login = await server.createLogin({ memberOf: [role] });
      const env = { SYMBOLON_DATABASE_URL: login.urlOf(database) };
      const { code, stdout, stderr } = await symbolon(['admin', 'reset-token'], env);
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('may not do that (42501)')]);
      await holds('NOT EXISTS (SELECT FROM admin_access)');
    },
  );
});

test('reset-token on an embedded broker: refused while it runs, naming it; accepted once it is started again', {
  // Four starts of the embedded database.
  timeout: 180_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-reset-'));
  const dataDir = join(folder, 'data');
  const env = { SYMBOLON_DATA_DIR: dataDir };
  const running = await startBroker({ dataDir, deployment: 'embedded' });
  const held = await symbolon(['admin', 'reset-token', '--out', 'token'], env, folder);
  expect([held.code, held.stderr]).toEqual([1, expect.stringContaining(`process ${running.pid}`)]);
  await running.stop();

  expect(await symbolon(['admin', 'reset-token', '--out', 'token'], env, folder)).toMatchObject({
    code: 0,
    stdout: '',
  });
  const token = readFileSync(join(folder, 'token'), 'utf8').trim();
  const again = await startBroker({ dataDir, deployment: 'embedded' });
  const whoami = await fetch(`${again.admin}/admin/v1/whoami`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  expect([whoami.status, await whoami.json()]).toEqual([200, expect.objectContaining({ id: 'break-glass' })]);
  expect(again.log()).not.toContain(token);
  await again.stop();
  rmSync(folder, { recursive: true, force: true });
});
