import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseDatabase } from './chosen-database.ts';
import { createTestCli } from './test-support.ts';

const url = (name: string) => `postgres://${name}:canary@db/symbolon`;

function choose(env: Record<string, string>, configPath?: string, cwd = '/') {
  const { storage, where } = chooseDatabase({ env, cwd }, configPath);
  return [where, storage.kind === 'postgres' ? storage.url.reveal() : storage.dataDir];
}

test("the owner's URL goes before the broker's, and that before a data folder", () => {
  const env = {
    SYMBOLON_MIGRATE_DATABASE_URL: url('owner'),
    SYMBOLON_DATABASE_URL: url('gateway'),
    SYMBOLON_DATA_DIR: 'data',
  };
  expect(choose(env)).toEqual(['SYMBOLON_MIGRATE_DATABASE_URL', url('owner')]);
  const { SYMBOLON_MIGRATE_DATABASE_URL: _, ...without } = env;
  expect(choose(without)).toEqual(['SYMBOLON_DATABASE_URL', url('gateway')]);
  expect(choose({ SYMBOLON_DATA_DIR: 'data' })).toEqual(['SYMBOLON_DATA_DIR', 'data']);
  expect(choose({})).toEqual(['SYMBOLON_DATA_DIR', './symbolon-data']);
});

test('the file of serve names it as well, and the settings of the broker alone need not be right', () => {
  const { folder } = createTestCli();
  writeFileSync(join(folder, 'symbolon.yaml'), `DATABASE_URL: ${url('gateway')}\nISSUER: nonsense\n`);
  const [where, value] = choose({}, 'symbolon.yaml', folder);
  expect(where).toContain('symbolon.yaml');
  expect(value).toBe(url('gateway'));
});
