import { EventEmitter } from 'node:events';
import type { Pool } from 'pg';
import { expect, test } from 'vitest';
import { createChangeConfiguration } from './change-configuration.ts';
import { createDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { createSigningKeyStore } from './signing-keys.ts';

/*
 * PGlite has one connection and cannot show two at once; what keeps several processes apart on PostgreSQL is that
 * the lock is the first statement of the transaction, before anything is read that another may be changing.
 */

/** A database that answers every query with one row of one zero, and remembers what it was asked. */
function recordingDatabase() {
  const asked: string[] = [];
  const client = Object.assign(new EventEmitter(), {
    async query(query: string | { readonly text: string }) {
      const text = typeof query === 'string' ? query : query.text;
      asked.push(text);
      return { command: text.toUpperCase(), rows: [[0]], rowCount: 1 };
    },
    release: () => {},
  });
  const pool = Object.assign(new EventEmitter(), { connect: async () => client });
  return { database: createDatabase(pool as unknown as Pool), asked };
}

test('a change begins by locking the epoch row, so that commit order is epoch order', async () => {
  const { database, asked } = recordingDatabase();
  await createChangeConfiguration(database).change(async () => {});
  expect(asked).toEqual(['begin', 'select "number" from "epoch" for update', 'commit']);
});

test('signing keys are read under their lock, so that two gateways do not make the same key twice', async () => {
  const { database, asked } = recordingDatabase();
  await createSigningKeyStore(database)
    .changeSigningKeys(() => Promise.reject(new Error('far enough')))
    .catch(() => {});
  expect(asked.slice(0, 2)).toEqual(['begin', 'SELECT pg_advisory_xact_lock($1::bigint)']);
});

test('migrations are looked at under their lock, so that two processes do not apply one twice', async () => {
  const { database, asked } = recordingDatabase();
  await migrate(database, []).catch(() => {});
  expect(asked.slice(0, 2)).toEqual(['begin', 'SELECT pg_advisory_xact_lock($1::bigint)']);
});
