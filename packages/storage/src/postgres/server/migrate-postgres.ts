import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { lockFor } from '../advisory-lock.ts';
import type { Database, Statements } from '../database.ts';
import { MigrationError } from '../judge-migrations.ts';
import { applyMigrations, pendingMigrations } from '../migrate.ts';
import { readMigrations } from '../migrations-folder.ts';
import { storageCall } from '../storage-call.ts';
import { applyGrants } from './apply-grants.ts';
import { createConnections } from './connections.ts';
import { readRights } from './missing-rights.ts';

export interface MigrationOptions {
  /** Of the login that owns the schema, as `readDatabaseUrl` reads it. */
  readonly url: string;
  readonly migrationsDir: URL;
}

export type MigrationOutcome =
  | {
      readonly kind: 'migrated';
      /** The names of the migrations that were pending, in order. */
      readonly applied: readonly string[];
      /** The roles that were not there. */
      readonly rolesMade: readonly string[];
    }
  /** Nothing was changed: somebody with more rights must run `sql` first. */
  | { readonly kind: 'lacks_rights'; readonly sql: string };

export type SchemaState =
  | { readonly kind: 'up_to_date' }
  | { readonly kind: 'pending'; readonly names: readonly string[] }
  /** `problem` says what this version cannot go on from. */
  | { readonly kind: 'unknown'; readonly problem: string };

/** A migration may rewrite a large table; what it does not do is make everybody queue behind its wait for a lock. */
const PATIENCE = { size: 1, statementMs: 0, lockMs: 15_000 };

/**
 * Brings the schema up to date, makes the two roles where they are missing and gives them what they may do, all in one
 * transaction and one process at a time. Throws `MigrationError` where the schema is not one that the migrations
 * continue, `DatabaseUrlError`, and `UnavailableError`; then nothing was changed either.
 */
export async function migratePostgres(options: MigrationOptions): Promise<MigrationOutcome> {
  const shipped = await readMigrations(fileURLToPath(options.migrationsDir));
  return withDatabase(options, (database) =>
    database.transaction('begin', async (statements) => {
      const rights = await storageCall(async () => {
        await lockFor(statements, 'migrations');
        return readRights(statements);
      });
      if (rights.sql !== '') return { kind: 'lacks_rights', sql: rights.sql };
      const applied = await applyMigrations(statements, shipped);
      await storageCall(async () => {
        for (const role of rights.missingRoles) await makeRole(statements, role);
        await applyGrants(statements);
      });
      return { kind: 'migrated', applied, rolesMade: rights.missingRoles };
    }),
  );
}

/** What `migratePostgres` would do to the schema, from any login that may read which migrations were applied. */
export async function checkPostgres(options: MigrationOptions): Promise<SchemaState> {
  const shipped = await readMigrations(fileURLToPath(options.migrationsDir));
  return withDatabase(options, async (database) => {
    try {
      const pending = await pendingMigrations(database, shipped);
      return pending.length === 0
        ? { kind: 'up_to_date' }
        : { kind: 'pending', names: pending.map(({ name }) => name) };
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error;
      return { kind: 'unknown', problem: error.message };
    }
  });
}

async function withDatabase<T>(
  { url }: MigrationOptions,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const connections = await createConnections({ url, applicationName: 'symbolon migrate' });
  const database = connections.openPool(PATIENCE);
  try {
    return await work(database);
  } finally {
    await database.close();
    await connections.close();
  }
}

/** Roles are of the whole server: the migration of another database of it may make the same one at this moment. */
async function makeRole(statements: Statements, role: string): Promise<void> {
  await statements.execute(sql`
    DO $$ BEGIN
      CREATE ROLE ${sql.identifier(role)} NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$`);
}
