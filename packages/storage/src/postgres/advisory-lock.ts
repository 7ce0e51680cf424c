import { sql } from 'drizzle-orm';
import type { Statements } from './database.ts';

/** What one process at a time may do, each by the number that PostgreSQL locks. */
const LOCKS = { migrations: 7_001, 'signing keys': 7_002 } as const;

/** Waits until no other transaction holds the lock, and holds it until this transaction ends. */
export async function lockFor(statements: Statements, purpose: keyof typeof LOCKS): Promise<void> {
  // With its type, so that only PostgreSQL's own function can be meant, whatever somebody made in the schema.
  await statements.execute(sql`SELECT pg_advisory_xact_lock(${LOCKS[purpose]}::bigint)`);
}
