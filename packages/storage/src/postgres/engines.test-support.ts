import { fileURLToPath } from 'node:url';
import { type Postgres, startPostgres } from '@symbolon/testkit/postgres';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { createDatabase, type Database } from './database.ts';
import { migrationsDir, useDatabase as usePglite } from './embedded/test-support.ts';
import { migrate } from './migrate.ts';
import { readMigrations } from './migrations-folder.ts';

/** Every engine on which the one schema and the one set of statements must do the same. */
export const ENGINES = ['PGlite', 'PostgreSQL 15', 'PostgreSQL 18'] as const;
export type Engine = (typeof ENGINES)[number];

export const VERSIONS = { 'PostgreSQL 15': '15', 'PostgreSQL 18': '18' } as const;

/** A migrated database for all tests of a suite, behind one connection, without statistics of its tables. */
export function useDatabase(engine: Engine): () => Database {
  if (engine === 'PGlite') return usePglite();
  let postgres: Postgres;
  let database: Database;
  beforeAll(async () => {
    postgres = await startPostgres(VERSIONS[engine], { settings: { autovacuum: 'off' } });
    const { url } = await postgres.createDatabase();
    database = createDatabase(new pg.Pool({ connectionString: url, max: 1 }));
    await migrate(database, await readMigrations(fileURLToPath(migrationsDir)));
  });
  afterAll(async () => {
    await database.close();
    await postgres.stop();
  });
  return () => database;
}
