import { expect, test } from 'vitest';
import { judgeMigrations } from './judge-migrations.ts';

const migration = (name: string, sha256 = `hash of ${name}`) => ({ name, sha256, sql: '' });
const first = migration('0000_first');
const second = migration('0001_second');

test.each([
  ['none of an empty folder', [], [], []],
  ['all of a new database', [], [first, second], ['0000_first', '0001_second']],
  ['those that are new', [first], [first, second], ['0001_second']],
  ['none where all were applied', [first, second], [first, second], []],
])('%s', (...[, applied, shipped, pending]) => {
  expect(judgeMigrations(applied, shipped).map(({ name }) => name)).toEqual(pending);
});

test.each([
  [
    'one that was edited after it was applied',
    [migration('0000_first', 'other')],
    [first, second],
    'migration_edited',
  ],
  ['one that this version does not have', [first, second], [first], 'schema_unknown'],
  ['another one in its place', [migration('0000_other')], [first], 'schema_unknown'],
  ['the right ones in another order', [second, first], [first, second], 'schema_unknown'],
  ['a gap among those shipped', [], [first, migration('0002_third')], 'migration_missing'],
  ['two of one number', [first], [first, migration('0000_twin')], 'migration_missing'],
])('refuses %s', (...[, applied, shipped, code]) => {
  expect(() => judgeMigrations(applied, shipped)).toThrow(
    expect.objectContaining({ name: 'MigrationError', code }),
  );
});
