import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Postgres, startPostgres } from '@symbolon/testkit/postgres';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readMigrations } from '../migrations-folder.ts';
import { checkPostgres, migratePostgres } from './migrate-postgres.ts';
import { migrationsDir, openForTest, VERSIONS } from './test-support.ts';

const shippedNames = (await readMigrations(fileURLToPath(migrationsDir))).map(({ name }) => name);

/** The shipped migrations and one more. */
async function withNext(statements: string): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'symbolon-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(fileURLToPath(migrationsDir), folder, { recursive: true });
  const number = String(shippedNames.length).padStart(4, '0');
  await writeFile(join(folder, `${number}_next.sql`), statements);
  return pathToFileURL(`${folder}/`);
}

describe.each(VERSIONS)('PostgreSQL %s', (version) => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres.stop());

  /** A database of its own login, which is no superuser and owns nothing else. */
  async function ownedDatabase(attributes = 'CREATEROLE') {
    const login = await postgres.createLogin({ attributes });
    const database = await postgres.createDatabase();
    await postgres.execute(`ALTER DATABASE ${database.name} OWNER TO ${login.name}`);
    return { login, database, url: login.urlOf(database) };
  }

  test('a login that may not make roles is told the SQL that somebody else must run, and nothing is changed', async () => {
    const { database, url } = await ownedDatabase('');
    expect(await migratePostgres({ url, migrationsDir })).toEqual({
      kind: 'lacks_rights',
      sql: 'CREATE ROLE "symbolon_gateway" NOLOGIN;\nCREATE ROLE "symbolon_admin" NOLOGIN;',
    });
    expect(await checkPostgres({ url, migrationsDir })).toEqual({ kind: 'pending', names: shippedNames });
    const outcome = await migratePostgres({ url, migrationsDir });
    expect(outcome.kind).toBe('lacks_rights');
    if (outcome.kind !== 'lacks_rights') return;

    await postgres.execute(outcome.sql, database.url);
    expect(await migratePostgres({ url, migrationsDir })).toEqual({
      kind: 'migrated',
      applied: shippedNames,
      rolesMade: [],
    });
    await postgres.execute(`DROP OWNED BY symbolon_gateway, symbolon_admin`, database.url);
    await postgres.execute('DROP ROLE symbolon_gateway, symbolon_admin');
  });

  test('the schema is made once, with the roles where they are missing, and then nothing is left to do', async () => {
    const { url } = await ownedDatabase();
    expect(await migratePostgres({ url, migrationsDir })).toEqual({
      kind: 'migrated',
      applied: shippedNames,
      rolesMade: ['symbolon_gateway', 'symbolon_admin'],
    });
    expect(await checkPostgres({ url, migrationsDir })).toEqual({ kind: 'up_to_date' });
    const again = await migratePostgres({ url, migrationsDir });
    expect(again).toEqual({ kind: 'migrated', applied: [], rolesMade: [] });
  });

  test('ten processes that migrate at once apply each migration once', async () => {
    const { url } = await ownedDatabase();
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => migratePostgres({ url, migrationsDir })),
    );
    const applied = outcomes.map((outcome) => (outcome.kind === 'migrated' ? outcome.applied : null));
    expect(applied.toSorted((left, right) => (right?.length ?? 0) - (left?.length ?? 0))).toEqual([
      shippedNames,
      ...Array.from({ length: 9 }, () => []),
    ]);
  });

  test('a login that may not make tables, or does not own those there are, is told what to have granted', async () => {
    const { database, login: first, url } = await ownedDatabase();
    await migratePostgres({ url, migrationsDir });
    const second = await postgres.createLogin();
    const lacking = await migratePostgres({ url: second.urlOf(database), migrationsDir });
    expect(lacking).toEqual({
      kind: 'lacks_rights',
      sql: `GRANT USAGE, CREATE ON SCHEMA public TO "${second.name}";\nGRANT "${first.name}" TO "${second.name}";`,
    });
    if (lacking.kind !== 'lacks_rights') return;
    await postgres.execute(lacking.sql, database.url);
    expect((await migratePostgres({ url: second.urlOf(database), migrationsDir })).kind).toBe('migrated');
  });

  describe('in a schema where anybody may create, as before PostgreSQL 15, nothing of a stranger runs as the owner', () => {
    /** A login that made something in the database before the migration, and whether it rose by that. */
    async function plant(statements: string) {
      const database = await postgres.createDatabase();
      await postgres.execute('GRANT CREATE ON SCHEMA public TO PUBLIC', database.url);
      const stranger = await postgres.createLogin();
      const rise = `EXECUTE 'ALTER ROLE ${stranger.name} SUPERUSER'`;
      await postgres.execute(statements.replace('RISE', rise), stranger.urlOf(database));
      const hasRisen = async () => {
        const rows = await postgres.select(
          `SELECT FROM pg_roles WHERE rolname = '${stranger.name}' AND rolsuper`,
        );
        return rows.length > 0;
      };
      return { url: database.url, stranger, hasRisen };
    }

    test('neither a function of the name of one of ours, nor anything before the schema is closed', async () => {
      const { url, hasRisen } = await plant(`
        CREATE FUNCTION pg_advisory_xact_lock(text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN RISE; END $$`);
      expect(await migratePostgres({ url, migrationsDir })).toEqual({
        kind: 'lacks_rights',
        sql: 'REVOKE CREATE ON SCHEMA public FROM PUBLIC;',
      });
      expect(await hasRisen()).toBe(false);
      await postgres.execute('REVOKE CREATE ON SCHEMA public FROM PUBLIC', url);
      expect((await migratePostgres({ url, migrationsDir })).kind).toBe('migrated');
      expect(await hasRisen()).toBe(false);
    });

    test('nor the trigger of a table that was there first, also once the schema is closed', async () => {
      const { url, stranger, hasRisen } = await plant(`
        CREATE TABLE applied_migrations (position integer, name text, sha256 text, applied_at timestamptz);
        CREATE FUNCTION rise() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RISE; RETURN NEW; END $$;
        CREATE TRIGGER rise BEFORE INSERT ON applied_migrations FOR EACH ROW EXECUTE FUNCTION rise()`);
      await postgres.execute('REVOKE CREATE ON SCHEMA public FROM PUBLIC', url);
      expect(await migratePostgres({ url, migrationsDir })).toEqual({
        kind: 'lacks_rights',
        sql: expect.stringContaining(`Drop the broker's tables that "${stranger.name}" owns`),
      });
      expect(await hasRisen()).toBe(false);
    });
  });

  test('names that would end a statement are names', async () => {
    const name = 'evil"; DROP SCHEMA public CASCADE; --';
    await postgres.execute(`CREATE ROLE "${name.replace('"', '""')}" LOGIN PASSWORD 'x'`);
    const { database, url } = await ownedDatabase();
    await migratePostgres({ url, migrationsDir });
    const evil = `postgres://${encodeURIComponent(name)}:x@127.0.0.1:${postgres.port}/${database.name}`;
    const lacking = await migratePostgres({ url: evil, migrationsDir });
    expect(lacking).toMatchObject({
      sql: expect.stringContaining('TO "evil""; DROP SCHEMA public CASCADE; --";'),
    });
    if (lacking.kind === 'lacks_rights') await postgres.execute(lacking.sql, database.url);
    expect((await migratePostgres({ url: evil, migrationsDir })).kind).toBe('migrated');
  });

  test('a migration that fails leaves nothing, neither roles nor tables nor grants', async () => {
    const { url } = await ownedDatabase();
    const failing = await withNext('CREATE TABLE half_made (); SELECT 1 / 0;');
    await expect(migratePostgres({ url, migrationsDir: failing })).rejects.toMatchObject({
      name: 'UnavailableError',
    });
    expect(await checkPostgres({ url, migrationsDir })).toEqual({ kind: 'pending', names: shippedNames });
  });

  test('nobody serves on a schema that is too old: the line names the command', async () => {
    const { url } = await ownedDatabase();
    await expect(openForTest(url)).rejects.toMatchObject({
      code: 'schema_outdated',
      message: expect.stringContaining('`symbolon migrate`'),
    });
    await migratePostgres({ url, migrationsDir });
    const next = await withNext('SELECT 1');
    await expect(openForTest(url, { migrationsDir: next })).rejects.toMatchObject({
      code: 'schema_outdated',
      message: expect.stringContaining('_next'),
    });
  });

  test('nobody serves on a schema that this version does not know, nor migrates it', async () => {
    const { url } = await ownedDatabase();
    const next = await withNext('SELECT 1');
    await migratePostgres({ url, migrationsDir: next });
    for (const attempt of [() => openForTest(url), () => migratePostgres({ url, migrationsDir })]) {
      await expect(attempt()).rejects.toMatchObject({ name: 'MigrationError', code: 'schema_unknown' });
    }
    expect(await checkPostgres({ url, migrationsDir })).toMatchObject({
      kind: 'unknown',
      problem: expect.stringContaining('_next'),
    });
  });
});
