import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from '@symbolon/testkit';
import { type Postgres, startPostgres } from '@symbolon/testkit/postgres';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Database } from '../database.ts';
import { createConnections, type Patience } from './connections.ts';
import { startCuttingProxy } from './cutting-proxy.test-support.ts';

const PATIENCE: Patience = { statementMs: 5_000, lockMs: 5_000 };

let postgres: Postgres;
let folder: string;
let rootCertFile: string;
let otherRootCertFile: string;

/** TLS with a certificate for localhost and 127.0.0.1, and an address that it does not name. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symbolon-connections-'));
  const authority = await createCertificateAuthority();
  rootCertFile = join(folder, 'ca.pem');
  otherRootCertFile = join(folder, 'other.pem');
  await writeFile(rootCertFile, authority.certPem);
  await writeFile(otherRootCertFile, (await createCertificateAuthority('Other CA')).certPem);
  postgres = await startPostgres('18');
  const { certPem, keyPem } = await authority.issueServerCertificate();
  const owner = await stat(postgres.dataDir);
  for (const [name, pem] of [
    ['server.crt', certPem],
    ['server.key', keyPem],
  ] as const) {
    await writeFile(join(postgres.dataDir, name), pem, { mode: 0o600 });
    await chown(join(postgres.dataDir, name), owner.uid, owner.gid);
  }
  await postgres.restart({ ssl: 'on', listen_addresses: '127.0.0.1,localhost' });
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true });
});

/** Closed after the test. */
async function openPool(url: string, patience = PATIENCE): Promise<Database> {
  const connections = await createConnections({ url, applicationName: 'symbolon test' });
  const database = connections.openPool({ size: 2, ...patience });
  onTestFinished(async () => {
    await database.close();
    await connections.close();
  });
  return database;
}

async function ask(database: Database, question: string): Promise<unknown> {
  const { rows } = await database.run((statements) => statements.execute(sql.raw(question)));
  return Object.values(rows[0] ?? {})[0];
}

const IS_ENCRYPTED = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';

test.each(['verify-full', 'require', 'verify-ca'])(
  'sslmode=%s is TLS to a server that is known',
  async (mode) => {
    const database = await openPool(`${postgres.url}?sslmode=${mode}&sslrootcert=${rootCertFile}`);
    expect(await ask(database, IS_ENCRYPTED)).toBe(true);
  },
);

test('sslmode=disable is none', async () => {
  const database = await openPool(`${postgres.url}?sslmode=disable`);
  expect(await ask(database, IS_ENCRYPTED)).toBe(false);
});

test.each(['verify-full', 'require', 'verify-ca'])(
  'sslmode=%s refuses a server whose certificate is of another authority',
  async (mode) => {
    const database = await openPool(`${postgres.url}?sslmode=${mode}&sslrootcert=${otherRootCertFile}`);
    await expect(ask(database, 'SELECT 1')).rejects.toMatchObject({ reason: 'storage_unavailable' });
  },
);

test.each(['verify-full', 'require'])('sslmode=%s refuses an authority that nobody named', async (mode) => {
  const database = await openPool(`${postgres.url}?sslmode=${mode}`);
  await expect(ask(database, 'SELECT 1')).rejects.toMatchObject({ reason: 'storage_unavailable' });
});

test.skipIf(process.platform !== 'linux')(
  'sslmode=verify-full and require refuse a certificate of another name, and verify-ca does not look at it',
  async () => {
    await postgres.restart({ ssl: 'on', listen_addresses: '127.0.0.1,127.0.0.2' });
    const url = postgres.url.replace('127.0.0.1', '127.0.0.2');
    for (const mode of ['verify-full', 'require']) {
      const database = await openPool(`${url}?sslmode=${mode}&sslrootcert=${rootCertFile}`);
      await expect(ask(database, 'SELECT 1')).rejects.toMatchObject({
        cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      });
    }
    const database = await openPool(`${url}?sslmode=verify-ca&sslrootcert=${rootCertFile}`);
    expect(await ask(database, IS_ENCRYPTED)).toBe(true);
  },
);

test('a server that offers no TLS, or somebody between us who says so, gets no password', async () => {
  await postgres.restart({ ssl: 'off' });
  const database = await openPool(`${postgres.url}?sslmode=verify-full&sslrootcert=${rootCertFile}`);
  await expect(ask(database, 'SELECT 1')).rejects.toMatchObject({ cause: { code: 'TLS_NOT_OFFERED' } });
});

test('a certificate file that cannot be read is named, and nothing else', async () => {
  const url = `${postgres.url}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`;
  await expect(openPool(url)).rejects.toMatchObject({
    name: 'DatabaseUrlError',
    message: "a file that the database's URL names cannot be read: /nowhere/ca.pem",
  });
});

test('a statement that runs too long is ended by the server, and the connection goes on', async () => {
  const database = await openPool(postgres.url, { statementMs: 300, lockMs: 300 });
  await expect(ask(database, 'SELECT pg_sleep(30)')).rejects.toMatchObject({
    reason: 'storage_unavailable',
    cause: { code: '57014' },
  });
  const slow = (reason: 'audit_unavailable') =>
    database.run((statements) => statements.execute(sql`SELECT pg_sleep(30)`), reason);
  await expect(slow('audit_unavailable')).rejects.toMatchObject({ reason: 'audit_unavailable' });
  expect(await ask(database, 'SELECT 7')).toBe(7);
});

test('a lock that another transaction keeps is waited for no longer than said', async () => {
  await postgres.execute('CREATE TABLE locked (n int)');
  const database = await openPool(postgres.url, { statementMs: 5_000, lockMs: 200 });
  await database.transaction('begin', async (statements) => {
    await statements.execute(sql`LOCK TABLE locked`);
    await expect(ask(database, 'SELECT * FROM locked')).rejects.toMatchObject({
      reason: 'storage_unavailable',
      cause: { code: '55P03' },
    });
  });
});

test('where no answer comes at all, neither a statement nor a transaction hangs, and the next finds a way', async () => {
  const proxy = await startCuttingProxy(postgres.port);
  const url = postgres.url.replace(`:${postgres.port}/`, `:${proxy.port}/`);
  const database = await openPool(url, { statementMs: 200, lockMs: 200 });
  expect(await ask(database, 'SELECT 1')).toBe(1);
  proxy.swallow();
  await expect(ask(database, 'SELECT 2')).rejects.toMatchObject({ cause: { code: 'ANSWER_TIMEOUT' } });
  expect(await ask(database, 'SELECT 3')).toBe(3);
  const transaction = database.transaction('begin', async () => proxy.swallow());
  await expect(transaction).rejects.toMatchObject({ cause: { code: 'ANSWER_TIMEOUT' } });
  expect(await ask(database, 'SELECT 4')).toBe(4);
});

test('a connection that is lost before its first statement is one call that fails, and not the process', async () => {
  const proxy = await startCuttingProxy(postgres.port);
  const database = await openPool(postgres.url.replace(`:${postgres.port}/`, `:${proxy.port}/`));
  proxy.cutOn('SHOW transaction_read_only');
  await expect(ask(database, 'SELECT 1')).rejects.toMatchObject({ reason: 'storage_unavailable' });
  proxy.cutOn('begin');
  await expect(database.transaction('begin', async () => {})).rejects.toMatchObject({
    cause: { code: 'CONNECTION_LOST' },
  });
  expect(await ask(database, 'SELECT 2')).toBe(2);
});

test('the server is asked to end a transaction whose process does nothing', async () => {
  const database = await openPool(postgres.url);
  expect(await ask(database, 'SHOW idle_in_transaction_session_timeout')).toBe('30s');
  expect(await ask(database, 'SHOW statement_timeout')).toBe('5s');
  expect(await ask(database, 'SHOW lock_timeout')).toBe('5s');
  expect(await ask(database, 'SHOW application_name')).toBe('symbolon test');
});
