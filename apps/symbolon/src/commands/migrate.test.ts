import { UnavailableError } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import type { SchemaEngine } from '../cli/schema-engine.ts';
import { createTestCli, createTestOutputs } from '../cli/test-support.ts';
import { createSecret } from '../config/secret.ts';
import { migrate } from './migrate.ts';

const URL = 'postgres://owner:canary@127.0.0.1/symbolon';
const upToDate: SchemaEngine = {
  checkDatabase: async () => ({ kind: 'up_to_date' }),
  migrateDatabase: async () => ({ kind: 'migrated', applied: [], rolesMade: [] }),
};

/** What the command writes and how it ends, against an engine of the test's. */
async function run(
  engine: Partial<SchemaEngine>,
  options: { readonly check?: true; readonly output?: 'table' | 'json' } = {},
) {
  const { written, ...outputs } = createTestOutputs();
  const failure: unknown = await migrate(
    {
      options: { output: 'table', ...options },
      url: createSecret(URL),
      where: 'SYMBOLON_MIGRATE_DATABASE_URL',
    },
    outputs,
    { ...upToDate, ...engine },
  ).catch((error: unknown) => error);
  return { ...written, failure };
}

describe('migrate', () => {
  test('applies what is pending, names it, and says which setting it went by', async () => {
    const migrated = {
      kind: 'migrated',
      applied: ['0000_a', '0001_b'],
      rolesMade: ['symbolon_gateway'],
    } as const;
    const engine = { migrateDatabase: async () => migrated };
    expect(await run(engine)).toEqual({
      stdout: 'applied 0000_a\napplied 0001_b\nmade role symbolon_gateway\nup to date\n',
      stderr: 'the database is that of SYMBOLON_MIGRATE_DATABASE_URL\n',
      failure: undefined,
    });
    const { kind: status, ...rest } = migrated;
    expect(JSON.parse((await run(engine, { output: 'json' })).stdout)).toEqual({ status, ...rest });
  });

  test('is well where there is nothing to do', async () => {
    expect(await run({})).toMatchObject({ stdout: 'up to date\n', failure: undefined });
  });

  test('prints the SQL and stops where the login may not make the roles', async () => {
    const engine = {
      migrateDatabase: async () => ({ kind: 'lacks_rights', sql: 'CREATE ROLE a;' }) as const,
    };
    const { stdout, failure } = await run(engine);
    expect(stdout).toBe('CREATE ROLE a;\n');
    expect(failure).toMatchObject({ exitCode: 1, message: expect.stringContaining('nothing was changed') });
    const json = await run(engine, { output: 'json' });
    expect(JSON.parse(json.stdout)).toEqual({ status: 'lacks_rights', sql: 'CREATE ROLE a;' });
  });
});

describe('migrate --check', () => {
  test('ends with 4 where migrations are pending, names them, and applies none', async () => {
    const engine: Partial<SchemaEngine> = {
      checkDatabase: async () => ({ kind: 'pending', names: ['0004_status'] }),
      migrateDatabase: () => Promise.reject(new Error('it was applied')),
    };
    const { stdout, failure } = await run(engine, { check: true });
    expect(stdout).toBe('pending 0004_status\n');
    expect(failure).toMatchObject({ exitCode: 4 });
    const json = await run(engine, { check: true, output: 'json' });
    expect(JSON.parse(json.stdout)).toEqual({ status: 'pending', pending: ['0004_status'] });
  });

  test('ends with 0 where the schema is up to date', async () => {
    expect(await run({}, { check: true })).toMatchObject({ stdout: 'up to date\n', failure: undefined });
  });

  test('ends with 1 where the schema is of a version that is not known, and says so', async () => {
    const engine: Partial<SchemaEngine> = {
      checkDatabase: async () => ({ kind: 'unknown', problem: 'migration 0099_later is not known' }),
    };
    const { failure } = await run(engine, { check: true });
    expect(failure).toMatchObject({ exitCode: 1, message: 'migration 0099_later is not known' });
    const json = await run(engine, { check: true, output: 'json' });
    expect(JSON.parse(json.stdout)).toEqual({
      status: 'unknown',
      problem: 'migration 0099_later is not known',
    });
  });
});

describe('A50: trouble with the database is told by setting and code, never with its URL or what the driver says', () => {
  test.each([
    ['ECONNREFUSED', 3, 'cannot answer (ECONNREFUSED)'],
    ['28P01', 1, 'does not accept this login and password'],
    ['3D000', 1, 'no such database'],
    ['42501', 1, 'may not do that'],
  ])('%s ends with %i', async (code, exitCode, words) => {
    const cause = Object.assign(new Error(`the driver says ${URL}`), { code });
    const engine = {
      migrateDatabase: () => Promise.reject(new UnavailableError('storage_unavailable', 'x', { cause })),
    };
    const { stdout, stderr, failure } = await run(engine);
    expect(failure).toMatchObject({ exitCode, message: expect.stringContaining(words) });
    expect(`${stdout}${stderr}${String(failure)}`).not.toContain('canary');
  });
});

test.each<[string, Record<string, string>, string]>([
  ['no database', {}, 'no PostgreSQL is named'],
  ['an embedded one', { SYMBOLON_DATA_DIR: 'data' }, '"symbolon serve" brings it up to date'],
  [
    'a setting that is none',
    { SYMBOLON_MIGRATE_DATABASE: URL },
    'Did you mean SYMBOLON_MIGRATE_DATABASE_URL?',
  ],
  [
    'what is no URL',
    { SYMBOLON_DATABASE_URL: 'canary' },
    'SYMBOLON_DATABASE_URL must be a URL of PostgreSQL',
  ],
])('refuses %s before anything is opened, and repeats no value', async (_, env, words) => {
  const { exitCode, stdout, stderr } = await createTestCli({ env }).run('migrate');
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('canary');
});
