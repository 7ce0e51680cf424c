import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { checkStorage, judgeFreeSpace } from './check-storage.ts';

const KEY = 'Zm9ydHktdGhyZWUtY2hhcmFjdGVycy1vZi1iYXNlNjQ';
const TOKEN = 'one-token-of-more-than-thirty-two-characters';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-doctor-'));
  write('key-encryption-key', KEY);
  write('admin-token', TOKEN);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string, mode = 0o600): void {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
}

function found(env: Record<string, string> = {}) {
  const config = loadConfig({ env: { SYMBOLON_DATA_DIR: folder, ...env }, file: null });
  const findings = checkStorage(config, '/');
  return {
    statuses: findings.map(({ status }) => status),
    bad: findings
      .filter(({ status }) => status !== 'ok')
      .map(({ status, what }) => `${status}: ${what.replaceAll(folder, 'D')}`),
    text: JSON.stringify(findings),
  };
}

test('a folder as the broker makes it has no finding', () => {
  expect(found()).toMatchObject({ statuses: ['ok', 'ok', 'ok', 'ok', 'ok'], bad: [] });
});

test.each([
  [0o640, 'warning: others can read'],
  [0o604, 'warning: others can read'],
  [0o620, 'problem: others can write'],
  [0o666, 'problem: others can write'],
])('a key or token file of mode %o is told, with its fix', (mode, words) => {
  for (const name of ['key-encryption-key', 'admin-token']) {
    chmodSync(join(folder, name), mode);
    expect(found().bad).toEqual([expect.stringContaining(words)]);
    expect(found().text).toContain(`chmod 600 ${join(folder, name)}`);
    chmodSync(join(folder, name), 0o600);
  }
});

test.each([
  [0o755, 'warning: others can look into the data folder D'],
  [0o770, 'problem: others can write into the data folder D'],
])('a data folder of mode %o is told', (mode, words) => {
  chmodSync(folder, mode);
  expect(found().bad).toEqual([words]);
  chmodSync(folder, 0o700);
});

test('A50: a key or token that cannot be one is told and not shown', () => {
  write('key-encryption-key', `${KEY}x`);
  write('admin-token', 'too-short-a-secret');
  const { bad, text } = found();
  expect(bad).toEqual([
    'problem: the key-encryption key file D/key-encryption-key holds no key-encryption key',
    'problem: the admin token file D/admin-token holds no admin token',
  ]);
  for (const secret of [KEY, 'too-short-a-secret']) expect(text).not.toContain(secret);
});

test('files that are named and not there are told', () => {
  const { bad } = found({
    SYMBOLON_KEK_FILE: join(folder, 'no-key'),
    SYMBOLON_ADMIN_TOKEN_FILE: join(folder, 'no-token'),
    SYMBOLON_CLUSTER_CREDENTIALS_DIR: join(folder, 'no-folder'),
  });
  expect(bad.map((line) => line.split(' D/')[0])).toEqual([
    'problem: the key-encryption key file',
    'problem: the admin token file',
    'problem: the folder of cluster credentials',
  ]);
});

test('says which process has the folder, and that one which is gone does no harm', () => {
  write('lock.pid', `${process.pid}\n`);
  expect(found().text).toContain(`process ${process.pid} has the data folder`);
  write('lock.pid', '999999999\n');
  expect(found()).toMatchObject({ bad: [], text: expect.stringContaining('is gone') });
});

test('without a data folder here nothing is judged, and what is no folder is a problem', () => {
  const missing = found({ SYMBOLON_DATA_DIR: join(folder, 'missing') });
  expect(missing.statuses).toEqual(['unchecked']);
  expect(found({ SYMBOLON_DATA_DIR: join(folder, 'admin-token') }).statuses).toEqual(['problem']);
  mkdirSync(join(folder, 'credentials'));
  expect(found({ SYMBOLON_CLUSTER_CREDENTIALS_DIR: join(folder, 'credentials') }).bad).toEqual([]);
});

test.each([
  [63, 'problem'],
  [64, 'warning'],
  [1023, 'warning'],
  [1024, 'ok'],
])('%i MiB free is %s', (mebibytes, status) => {
  expect(judgeFreeSpace(mebibytes * 1024 * 1024).status).toBe(status);
});

test('beside PostgreSQL, where there is no data folder, the files that are named are looked at all the same', () => {
  chmodSync(join(folder, 'key-encryption-key'), 0o644);
  write('admin-token', 'too-short-a-secret');
  const env = {
    SYMBOLON_DATABASE_URL: 'postgres://gateway@127.0.0.1/symbolon',
    SYMBOLON_KEK_FILE: join(folder, 'key-encryption-key'),
    SYMBOLON_ADMIN_TOKEN_FILE: join(folder, 'admin-token'),
  };
  const findings = checkStorage(loadConfig({ env, file: null }), '/');
  expect(findings.map(({ status }) => status)).toEqual(['warning', 'ok', 'problem']);
  expect(JSON.stringify(findings)).not.toContain('too-short-a-secret');
});
