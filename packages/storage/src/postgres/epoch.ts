import { randomUUID } from 'node:crypto';
import type { Epoch } from '@symbolon/core';
import { sql } from 'drizzle-orm';
import type { Statements } from './database.ts';
import { epoch, policyLog } from './schema.ts';

/** Where every change is announced once it is committed, as `<number> <id>`. */
export const EPOCH_CHANNEL = 'symbolon_epoch';

/** An object that a change wrote or deleted. */
export interface Touched {
  readonly kind: string;
  readonly identitySystem: string | null;
  readonly name: string;
  readonly operation: 'write' | 'delete';
}

export async function readEpoch(statements: Statements): Promise<Epoch> {
  return onlyRow(await statements.select({ number: epoch.number, id: epoch.id }).from(epoch));
}

/** The database is a copy of one that others have copies of: an epoch of theirs must not be known in it. */
export async function renewEpochId(statements: Statements): Promise<void> {
  await statements.update(epoch).set({ id: randomUUID() });
}

/** Waits for the change before this one, keeps the next one out until the transaction ends, and says what comes next. */
export async function lockEpoch(statements: Statements): Promise<Epoch> {
  const row = onlyRow(await statements.select({ number: epoch.number }).from(epoch).for('update'));
  return { number: row.number + 1, id: randomUUID() };
}

/** Moves the epoch to `next`, says what changed, and tells whoever listens once the transaction is committed. */
export async function moveEpoch(
  statements: Statements,
  next: Epoch,
  touched: readonly Touched[],
): Promise<void> {
  await statements.update(epoch).set({ number: next.number, id: next.id });
  await statements.execute(sql`
    INSERT INTO ${policyLog} (epoch_number, epoch_id, position, kind, identity_system, name, operation)
    SELECT ${next.number}, ${next.id}, position, object ->> 'kind', object ->> 'identitySystem',
           object ->> 'name', object ->> 'operation'
    FROM jsonb_array_elements(${JSON.stringify(touched)}::jsonb) WITH ORDINALITY AS item (object, position)`);
  await statements.execute(sql`DELETE FROM ${policyLog} WHERE ${policyLog.at} < now() - interval '24 hours'`);
  await statements.execute(sql`SELECT pg_notify(${EPOCH_CHANNEL}, ${`${next.number} ${next.id}`})`);
}

function onlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('the epoch row is missing');
  return row;
}
