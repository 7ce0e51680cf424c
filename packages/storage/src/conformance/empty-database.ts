import { sql } from 'drizzle-orm';
import type { Database } from '../postgres/database.ts';
import { GRANTS } from '../postgres/server/grants.ts';

/** All that the stores write to but the epoch. */
export const FILLED_TABLES = Object.keys(GRANTS).filter(
  (table) => table !== 'epoch' && table !== 'applied_migrations',
);

/** Leaves the tables as the migrations made them, but for the epoch, which never goes back. */
export async function emptyDatabase(database: Database): Promise<void> {
  await database.run((statements) =>
    statements.execute(sql`
      TRUNCATE ${sql.join(FILLED_TABLES.map(sql.identifier), sql`, `)} RESTART IDENTITY`),
  );
}
