import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresVersion } from './ensure-postgres.ts';
import { type Postgres, startPostgres } from './start-postgres.ts';

async function ask(url: string, question: string): Promise<unknown> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(question);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

describe.each<PostgresVersion>(['15', '18'])('PostgreSQL %s', (version) => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres.stop());

  test('is that version, and orders texts as people do and not by their bytes', async () => {
    expect(await ask(postgres.url, 'SHOW server_version')).toMatch(new RegExp(`^${version}\\.`));
    expect(await ask(postgres.url, `SELECT 'a' < 'B'`)).toBe(true);
  });

  test('listens on loopback alone and asks for a password', async () => {
    expect(await ask(postgres.url, 'SHOW listen_addresses')).toBe('127.0.0.1');
    const guess = `postgres://postgres:guess@127.0.0.1:${postgres.port}/postgres`;
    await expect(ask(guess, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('a database is its own, or a copy of another', async () => {
    const original = await postgres.createDatabase();
    await postgres.execute('CREATE TABLE t (n int); INSERT INTO t VALUES (7)', original.url);
    const copy = await postgres.createDatabase({ copyOf: original });
    await postgres.execute('UPDATE t SET n = 8', copy.url);
    expect(await ask(original.url, 'SELECT n FROM t')).toBe(7);
    expect(await ask(copy.url, 'SELECT n FROM t')).toBe(8);
    await original.drop();
    await expect(ask(original.url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
  });

  test('a login has what its roles have', async () => {
    await postgres.execute('CREATE ROLE readers NOLOGIN; GRANT pg_read_all_settings TO readers');
    const login = await postgres.createLogin({ memberOf: ['readers'] });
    const database = await postgres.createDatabase();
    expect(await ask(login.urlOf(database), `SELECT pg_has_role('readers', 'member')`)).toBe(true);
    expect(
      await ask(login.urlOf(database), 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user'),
    ).toBe(false);
  });

  test('what was committed is there after a crash and a restart with other settings', async () => {
    const database = await postgres.createDatabase();
    await postgres.execute('CREATE TABLE kept (n int)', database.url);
    await postgres.kill();
    await expect(ask(database.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await postgres.restart({ default_transaction_read_only: 'on' });
    expect(await ask(database.url, 'SELECT count(*)::int FROM kept')).toBe(0);
    expect(await ask(database.url, 'SHOW default_transaction_read_only')).toBe('on');
    await postgres.restart();
  });
});

test('a server whose test was killed dies with it, and its data is gone', async () => {
  const program = `
    const { startPostgres } = await import(${JSON.stringify(import.meta.resolve('./start-postgres.ts'))});
    const postgres = await startPostgres('18');
    console.log(JSON.stringify([postgres.pid(), postgres.dataDir]));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
  const [pid, dataDir] = JSON.parse(line.value ?? '[0, ""]') as [number, string];
  expect(existsSync(dataDir)).toBe(true);
  child.kill('SIGKILL');
  const deadline = Date.now() + 20_000;
  while ((isAlive(pid) || existsSync(dataDir)) && Date.now() < deadline) await delay(50);
  expect([isAlive(pid), existsSync(dataDir)]).toEqual([false, false]);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
