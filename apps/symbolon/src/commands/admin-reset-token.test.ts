import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AccessEvent, type BreakGlass, UnavailableError } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import type { ChosenDatabase } from '../cli/chosen-database.ts';
import { createTestCli, createTestOutputs } from '../cli/test-support.ts';
import { createSecret } from '../config/secret.ts';
import { type AdminAccessEngine, resetToken } from './admin-reset-token.ts';

const NOW_MS = Date.UTC(2027, 0, 15, 8);
const database: ChosenDatabase = {
  storage: { kind: 'postgres', url: createSecret('postgres://owner:canary@db/symbolon') },
  where: 'SYMBOLON_DATABASE_URL',
};

/** A database that keeps what it is given, or that refuses it. */
function openDatabase(failure: Error | null = null) {
  const stored: { breakGlass: BreakGlass; event: AccessEvent }[] = [];
  const state = { isClosed: false };
  const engine: AdminAccessEngine = {
    openAdminAccess: async () => ({
      role: 'symbolon_owner',
      async resetBreakGlass(breakGlass, event) {
        if (failure !== null) throw failure;
        stored.push({ breakGlass, event });
      },
      async close() {
        state.isClosed = true;
      },
    }),
  };
  return { engine, stored, state };
}

async function run(
  engine: AdminAccessEngine,
  { out, folder = '/nowhere', chosen = database }: { out?: string; folder?: string; chosen?: ChosenDatabase },
) {
  const { written, ...outputs } = createTestOutputs();
  const options = { valid: 3_600, ...(out !== undefined && { out }) };
  const failure: unknown = await resetToken(
    { options, database: chosen },
    { cwd: folder, now: () => NOW_MS, ...outputs },
    engine,
  ).catch((error: unknown) => error);
  return { ...written, failure };
}

test('A51: the token is stored as its SHA-256 alone, with when it ends, and audited in the same call under the role', async () => {
  const { engine, stored, state } = openDatabase();
  const { stdout, stderr, failure } = await run(engine, {});
  expect(failure).toBeUndefined();
  expect(stdout).toMatch(/^[\w-]{43}\n$/);
  const token = stdout.trim();
  const expiresAtMs = NOW_MS + 3_600_000;
  expect(stored).toEqual([
    {
      breakGlass: { tokenSha256: createHash('sha256').update(token).digest('hex'), expiresAtMs },
      event: {
        kind: 'access',
        atMs: NOW_MS,
        operation: 'reset_token',
        principal: 'symbolon_owner',
        expiresAtMs,
      },
    },
  ]);
  expect(JSON.stringify(stored)).not.toContain(token);
  expect(stderr).toContain('2027-01-15T09:00:00.000Z');
  expect(stderr).not.toContain(token);
  expect(state.isClosed).toBe(true);
});

test('every token is another', async () => {
  const { engine } = openDatabase();
  const tokens = [await run(engine, {}), await run(engine, {})].map(({ stdout }) => stdout);
  expect(new Set(tokens).size).toBe(2);
});

describe('--out', () => {
  test('writes the token for its owner alone, and it stands nowhere else', async () => {
    const { engine, stored } = openDatabase();
    const { folder } = createTestCli();
    writeFileSync(join(folder, 'token'), 'the one before', { mode: 0o644 });
    const { stdout, stderr } = await run(engine, { out: 'token', folder });
    const token = readFileSync(join(folder, 'token'), 'utf8').trim();
    expect(statSync(join(folder, 'token')).mode & 0o777).toBe(0o600);
    expect(stored[0]?.breakGlass.tokenSha256).toBe(createHash('sha256').update(token).digest('hex'));
    expect(stdout).toBe('');
    expect(stderr).not.toContain(token);
  });

  test('names a link: no token is made', async () => {
    const { engine, stored } = openDatabase();
    const { folder } = createTestCli();
    symlinkSync('/dev/null', join(folder, 'token'));
    expect((await run(engine, { out: 'token', folder })).failure).toMatchObject({ exitCode: 1 });
    expect(stored).toEqual([]);
  });
});

test('where the database refuses it, no token is shown or written, and nothing is held', async () => {
  const cause = Object.assign(new Error('the driver says canary'), { code: '42501' });
  const { engine, state } = openDatabase(new UnavailableError('internal_error', 'x', { cause }));
  const { folder } = createTestCli();
  const { stdout, failure } = await run(engine, { out: 'token', folder });
  expect(stdout).toBe('');
  expect(failure).toMatchObject({ exitCode: 1, message: expect.stringContaining('may not do that') });
  expect(String(failure)).not.toContain('canary');
  expect(readdirSync(folder)).toEqual([]);
  expect(state.isClosed).toBe(true);
});

test('a folder of which no broker was ever started does not become one', async () => {
  const { engine, stored } = openDatabase();
  const { folder } = createTestCli();
  mkdirSync(join(folder, 'data'));
  const chosen = { storage: { kind: 'embedded', dataDir: 'data' }, where: 'SYMBOLON_DATA_DIR' } as const;
  expect((await run(engine, { folder, chosen })).failure).toMatchObject({
    message: 'data is no data folder of a broker',
  });
  expect(stored).toEqual([]);
  mkdirSync(join(folder, 'data', 'postgres'));
  expect((await run(engine, { folder, chosen })).failure).toBeUndefined();
});

test.each(['25h', '2d', '0h', 'forever'])(
  '--valid %s is refused: break-glass is for hours',
  async (valid) => {
    const { exitCode, stderr } = await createTestCli().run('admin', 'reset-token', '--valid', valid);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--valid');
  },
);
