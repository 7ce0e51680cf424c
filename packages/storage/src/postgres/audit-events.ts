import {
  type AuditEvent,
  type AuditQuery,
  type Epoch,
  type ExchangeEvent,
  isSameEpoch,
  type RecordOutcome,
} from '@symbolon/core';
import { storableJson } from '../storable-text.ts';
import { auditCondition, auditOrder } from './audit-search.ts';
import type { Statements } from './database.ts';
import { type Prepared, runPrepared } from './run-prepared.ts';
import { auditEvents } from './schema.ts';

const INSERT: Prepared = {
  name: 'record_events',
  text: 'INSERT INTO audit_events (event) SELECT value FROM jsonb_array_elements($1::jsonb)',
};

/*
 * One statement has one snapshot, which READ COMMITTED takes when the statement arrives. A change that was acknowledged
 * before has committed before, so the snapshot holds its epoch and the condition fails. One that commits while the
 * statement runs was not acknowledged when any of its members was requested: whichever of the two comes first, it is
 * the order of one after the other. So nothing has to be locked, and a change in progress keeps no exchange waiting.
 */
const INSERT_AT_EPOCH: Prepared = {
  name: 'record_exchanges',
  text: `WITH recorded AS (
    INSERT INTO audit_events (event) SELECT value FROM jsonb_array_elements($3::jsonb)
    WHERE EXISTS (SELECT FROM epoch WHERE number = $1::bigint AND id = $2::text)
  ) SELECT number, id FROM epoch`,
};

/** One statement of one shape for any number of events; their ids follow the order of the array. */
export async function insertAuditEvents(
  statements: Statements,
  events: readonly AuditEvent[],
): Promise<void> {
  await insertAuditTexts(
    statements,
    events.map((event) => storableJson(event)),
  );
}

/** The same for events that are JSON text already, each made by `storableJson`. */
export async function insertAuditTexts(statements: Statements, texts: readonly string[]): Promise<void> {
  await runPrepared(statements, INSERT, [`[${texts.join(',')}]`]);
}

/** Inserts events that were all decided under `epoch`, if the configuration still has it, and else none. */
export async function insertAtEpoch(
  statements: Statements,
  epoch: Epoch,
  events: readonly ExchangeEvent[],
): Promise<RecordOutcome> {
  const [row] = await runPrepared<{ readonly number: string; readonly id: string }>(
    statements,
    INSERT_AT_EPOCH,
    [epoch.number, epoch.id, storableJson(events)],
  );
  if (row === undefined) throw new Error('the epoch row is missing');
  const current: Epoch = { number: Number(row.number), id: row.id };
  return isSameEpoch(current, epoch) ? { kind: 'recorded' } : { kind: 'overtaken', epoch: current };
}

/** Runs the search of a query that `canMatch` has let pass. */
export function findAuditEvents(statements: Statements, query: AuditQuery) {
  return statements
    .select({ id: auditEvents.id, event: auditEvents.event })
    .from(auditEvents)
    .where(auditCondition(query))
    .orderBy(auditOrder(query))
    .limit(query.limit);
}
