import { type Postgres, startPostgres, type TestDatabase, type TestLogin } from '@symbolon/testkit/postgres';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { FILLED_TABLES } from '../../conformance/empty-database.ts';
import type { OpenStores } from '../../stores.ts';
import { createDatabase, type Database } from '../database.ts';
import { ADMIN_ROLE, GATEWAY_ROLE } from './grants.ts';
import { migratePostgres } from './migrate-postgres.ts';
import { openPostgres, type PostgresOptions } from './open-postgres.ts';

export const migrationsDir = new URL('../../../../../migrations/', import.meta.url);
export const VERSIONS = ['15', '18'] as const;

/** A server for all tests of a file, with a migrated database and a login of each kind. */
export interface MigratedServer {
  readonly postgres: Postgres;
  readonly database: TestDatabase;
  readonly gateway: TestLogin;
  readonly admin: TestLogin;
  /** A login with both roles, as a process that is everything has one. */
  readonly all: TestLogin;
}

export function useServer(version: (typeof VERSIONS)[number]): () => MigratedServer {
  let server: MigratedServer;
  beforeAll(async () => {
    const postgres = await startPostgres(version);
    const database = await postgres.createDatabase();
    await migratePostgres({ url: database.url, migrationsDir });
    server = {
      postgres,
      database,
      gateway: await postgres.createLogin({ memberOf: [GATEWAY_ROLE] }),
      admin: await postgres.createLogin({ memberOf: [ADMIN_ROLE] }),
      all: await postgres.createLogin({ memberOf: [GATEWAY_ROLE, ADMIN_ROLE] }),
    };
  });
  afterAll(() => server.postgres.stop());
  return () => server;
}

/** Stores that are closed after the test. */
export async function openForTest(url: string, options: Partial<PostgresOptions> = {}): Promise<OpenStores> {
  const open = await openPostgres({ url, migrationsDir, applicationName: 'symbolon test', ...options });
  onTestFinished(async () => {
    await open.close();
  });
  return open;
}

/** Statements by the owner of everything, beside the stores. */
export function ownerOf(url: string): Database {
  return createDatabase(new pg.Pool({ connectionString: url, max: 2 }));
}

/** What `emptyDatabase` does, without the new files that TRUNCATE makes for every table and index. */
export async function emptyTables(owner: Database): Promise<void> {
  // One round trip, in one transaction. Nobody's foreign key is looked at while all that it could point to goes.
  await owner.run((statements) =>
    statements.execute(sql`
      BEGIN;
      SET LOCAL session_replication_role = replica;
      ${sql.join(FILLED_TABLES.map((table) => sql`DELETE FROM ${sql.identifier(table)};`))}
      ALTER TABLE audit_events ALTER COLUMN id RESTART;
      COMMIT`),
  );
}
