import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { BreakGlass } from '@symbolon/core';
import { UnavailableError } from '@symbolon/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBootstrapAuthentication } from './bootstrap-authentication.ts';

const BOOTSTRAP = 'bootstrap-token-of-more-than-thirty-two-characters';
const OWNER = { id: 'break-glass', isGlobalOwner: true };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let folder = '';
let adminTokenFile = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-bootstrap-'));
  adminTokenFile = join(folder, 'admin-token');
  writeFileSync(adminTokenFile, `${BOOTSTRAP}\n`);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A running broker over a database that holds `stored`, at a time that the test sets. */
function open(initial: BreakGlass | null = null) {
  const state = { stored: initial, nowMs: 1_000_000, elapsedMs: 0, reads: 0, isAway: false };
  const authenticate = createBootstrapAuthentication({
    adminTokenFile,
    now: () => state.nowMs,
    elapsedMs: () => state.elapsedMs,
    async readBreakGlass() {
      state.reads++;
      if (state.isAway) throw new UnavailableError('storage_unavailable', 'the database cannot answer');
      return state.stored;
    },
  });
  const pass = (ms: number) => {
    state.nowMs += ms;
    state.elapsedMs += ms;
  };
  const give = (token: string, validMs = 60_000) => {
    state.stored = { tokenSha256: sha256(token), expiresAtMs: state.nowMs + validMs };
  };
  return { state, authenticate, pass, give };
}

test('a break-glass token is accepted within a second of being given out, as a global owner under its own name', async () => {
  const broker = open();
  const token = randomBytes(32).toString('base64url');
  expect(await broker.authenticate(token)).toBeNull();
  broker.give(token);
  broker.pass(1_000);
  expect(await broker.authenticate(token)).toEqual(OWNER);
  expect(await broker.authenticate(BOOTSTRAP)).toEqual({ id: 'bootstrap', isGlobalOwner: true });
});

test('the one before it is refused within a second of being replaced', async () => {
  const broker = open();
  broker.give('first-token');
  expect(await broker.authenticate('first-token')).toEqual(OWNER);
  broker.give('second-token');
  broker.pass(1_000);
  expect(await broker.authenticate('first-token')).toBeNull();
  expect(await broker.authenticate('second-token')).toEqual(OWNER);
});

test('an expired one is refused from that very millisecond on, though its reading is still held', async () => {
  const broker = open();
  broker.give('token', 500);
  broker.pass(499);
  expect(await broker.authenticate('token')).toEqual(OWNER);
  broker.pass(1);
  expect(await broker.authenticate('token')).toBeNull();
});

test('the bootstrap token is known while the database is away, and costs it nothing', async () => {
  const { authenticate, state } = open();
  state.isAway = true;
  expect(await authenticate(BOOTSTRAP)).toMatchObject({ id: 'bootstrap' });
  expect(state.reads).toBe(0);
});

test('any other token is not known to be wrong while the database is away: that is no 401', async () => {
  const { authenticate, state, give, pass } = open();
  give('token');
  state.isAway = true;
  await expect(authenticate('token')).rejects.toMatchObject({ reason: 'storage_unavailable' });
  state.isAway = false;
  pass(1_000);
  expect(await authenticate('token')).toEqual(OWNER);
});

describe('a flood of wrong tokens is no load on the database', () => {
  test.each([
    ['that answers', false],
    ['that is away', true],
  ])('%s', async (_, isAway) => {
    const { authenticate, state, pass } = open();
    state.isAway = isAway;
    for (let round = 0; round < 100; round++) {
      await Promise.allSettled([...Array(20).keys()].map((index) => authenticate(`wrong-${round}-${index}`)));
      pass(50);
    }
    expect(state.reads).toBe(5);
  });

  test('that takes longer than a second', async () => {
    const answers: ((stored: null) => void)[] = [];
    let elapsedMs = 0;
    const authenticate = createBootstrapAuthentication({
      adminTokenFile,
      now: () => 0,
      elapsedMs: () => elapsedMs,
      readBreakGlass: () => new Promise((resolve) => answers.push(resolve)),
    });
    const first = authenticate('wrong');
    elapsedMs = 5_000;
    const second = authenticate('wrong');
    expect(answers).toHaveLength(1);
    answers[0]?.(null);
    expect([await first, await second]).toEqual([null, null]);
  });
});

test.each(['', 'zz'.repeat(32), sha256('x').slice(2), `${sha256('x')}00`])(
  'what is stored and is no SHA-256 (%j) admits nobody',
  async (tokenSha256) => {
    const { authenticate } = open({ tokenSha256, expiresAtMs: Number.MAX_SAFE_INTEGER });
    expect(await authenticate('x')).toBeNull();
    expect(await authenticate(tokenSha256)).toBeNull();
  },
);

test('A50: the stored digest is no token, and what is held shows neither', async () => {
  const { authenticate, give } = open();
  give('token');
  expect(await authenticate(sha256('token'))).toBeNull();
  expect(await authenticate('token')).toEqual(OWNER);
  const shown = inspect(authenticate, { depth: null, showHidden: true });
  expect(shown).not.toContain(sha256('token'));
  expect(shown).not.toContain(BOOTSTRAP);
});

test('a volume of Kubernetes rotates the bootstrap token: its folder is swapped by a symbolic link', async () => {
  const rotated = 'rotated-token-of-more-than-thirty-two-characters';
  unlinkSync(adminTokenFile);
  for (const [version, token] of [
    ['..v1', BOOTSTRAP],
    ['..v2', rotated],
  ] as const) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, 'admin-token'), token);
  }
  symlinkSync('..v1', join(folder, '..data'));
  symlinkSync(join('..data', 'admin-token'), adminTokenFile);
  const { authenticate } = open();
  expect(await authenticate(BOOTSTRAP)).toMatchObject({ id: 'bootstrap' });

  symlinkSync('..v2', join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  expect(await authenticate(BOOTSTRAP)).toBeNull();
  expect(await authenticate(rotated)).toMatchObject({ id: 'bootstrap' });
});
