import { mkdtempSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAdminToken } from './admin-token.ts';
import { ensureEmbeddedSecrets } from './embedded-secrets.ts';

const ONE = 'one-token-of-more-than-thirty-two-characters';
const TWO = 'two-token-of-more-than-thirty-two-characters';

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-admin-token-'));
  file = join(folder, 'admin-token');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('replacing the file rotates the token without a restart', () => {
  writeFileSync(file, `${ONE}\n`);
  const token = createAdminToken(file);
  expect(token.isAdminToken(ONE)).toBe(true);
  writeFileSync(file, TWO);
  utimesSync(file, 1, 1);
  expect(token.isAdminToken(ONE)).toBe(false);
  expect(token.isAdminToken(TWO)).toBe(true);
});

test('a file that is gone, empty or too short admits nobody, not even the empty token', () => {
  expect(() => createAdminToken(file)).toThrow('holds no token');
  writeFileSync(file, ONE);
  const token = createAdminToken(file);
  unlinkSync(file);
  expect(token.isAdminToken('')).toBe(false);
  expect(token.isAdminToken(ONE)).toBe(false);
  writeFileSync(file, '');
  expect(token.isAdminToken('')).toBe(false);
  writeFileSync(file, 'short');
  expect(token.isAdminToken('short')).toBe(false);
  writeFileSync(file, ONE);
  expect(token.isAdminToken(ONE)).toBe(true);
  unlinkSync(file);
  expect(token.isAdminToken(ONE)).toBe(false);
});

test('the secrets of an embedded broker are made once, for the owner alone, and never where a file is named', () => {
  const config = { dataDir: folder, kekFile: null, adminTokenFile: null };
  const files = ensureEmbeddedSecrets(config, { holdsKeys: false });
  expect(statSync(files.kekFile).mode & 0o777).toBe(0o600);
  expect(statSync(files.adminTokenFile).mode & 0o777).toBe(0o600);
  const made = statSync(files.kekFile).ino;
  expect(statSync(ensureEmbeddedSecrets(config, { holdsKeys: true }).kekFile).ino).toBe(made);

  const named = { ...config, kekFile: join(folder, 'missing') };
  expect(ensureEmbeddedSecrets(named, { holdsKeys: true }).kekFile).toBe(join(folder, 'missing'));
  expect(() => statSync(join(folder, 'missing'))).toThrow();
});

test('no new key is made beside a database that holds keys under a lost one', () => {
  const config = { dataDir: folder, kekFile: null, adminTokenFile: null };
  expect(() => ensureEmbeddedSecrets(config, { holdsKeys: true })).toThrow('put it back from your backup');
  expect(() => statSync(join(folder, 'key-encryption-key'))).toThrow();
});
