import { asc, getTableName, sql } from 'drizzle-orm';
import { integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { lockFor } from './advisory-lock.ts';
import type { Database, Statements } from './database.ts';
import { judgeMigrations } from './judge-migrations.ts';
import type { Migration } from './migrations-folder.ts';
import { storageCall } from './storage-call.ts';

/** What was applied. It is not of schema.ts: it must be there before the first migration. */
const appliedMigrations = pgTable('applied_migrations', {
  position: integer('position').primaryKey(),
  name: text('name').notNull(),
  sha256: text('sha256').notNull(),
  appliedAt: timestamp('applied_at', { withTimezone: true }).notNull().defaultNow(),
});

/**
 * Brings the database to the schema of the shipped migrations, in one transaction and one process at a time, and
 * returns the names of those that it applied. Throws `MigrationError` where they do not continue what was applied.
 */
export function migrate(database: Database, shipped: readonly Migration[]): Promise<readonly string[]> {
  return database.transaction('begin', (statements) => applyMigrations(statements, shipped));
}

/** As `migrate`, in a transaction that is there and goes on. */
export async function applyMigrations(
  statements: Statements,
  shipped: readonly Migration[],
): Promise<readonly string[]> {
  const applied = await storageCall(async () => {
    await lockFor(statements, 'migrations');
    await makeTable(statements);
    return readApplied(statements);
  });
  const pending = judgeMigrations(applied, shipped);
  await storageCall(async () => {
    for (const migration of pending) await apply(statements, migration);
  });
  return pending.map(({ name }) => name);
}

/** What `migrate` would apply. Changes nothing, and throws what it would. */
export async function pendingMigrations(
  database: Database,
  shipped: readonly Migration[],
): Promise<readonly Migration[]> {
  const { rows } = await database.run((statements) =>
    statements.execute(sql`
      SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = ${getTableName(appliedMigrations)}`),
  );
  return judgeMigrations(rows.length === 0 ? [] : await database.run(readApplied), shipped);
}

async function makeTable(statements: Statements): Promise<void> {
  await statements.execute(sql`
    CREATE TABLE IF NOT EXISTS ${appliedMigrations} (
      position integer PRIMARY KEY,
      name text NOT NULL,
      sha256 text NOT NULL,
      applied_at timestamp with time zone NOT NULL DEFAULT now()
    )`);
}

function readApplied(statements: Statements): Promise<(typeof appliedMigrations.$inferSelect)[]> {
  return statements.select().from(appliedMigrations).orderBy(asc(appliedMigrations.position));
}

async function apply(statements: Statements, { name, sql: text, sha256 }: Migration): Promise<void> {
  await statements.execute(sql.raw(text));
  await statements.insert(appliedMigrations).values({ position: Number(name.slice(0, 4)), name, sha256 });
}
