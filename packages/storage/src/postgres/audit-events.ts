import type {
  AuditEvent,
  AuditQuery,
  ReadAuditEvents,
  RecordExchange,
  RecordExplanation,
  RecordRefusals,
} from '@symbolon/core';
import { sql } from 'drizzle-orm';
import { canMatch } from '../can-match.ts';
import { createGroupCommit } from '../group-commit.ts';
import { storableJson } from '../storable-text.ts';
import { auditCondition, auditOrder } from './audit-search.ts';
import type { Database, Statements } from './database.ts';
import { auditEvents } from './schema.ts';

const MAX_WAITING_EVENTS = 10_000;
const MAX_BATCH_EVENTS = 1_000;

/** One statement of one shape for any number of events; their ids follow the order of the array. */
export async function insertAuditEvents(
  statements: Statements,
  events: readonly AuditEvent[],
): Promise<void> {
  const json = `[${events.map(storableJson).join(',')}]`;
  await statements.execute(
    sql`INSERT INTO ${auditEvents} (event) SELECT value FROM jsonb_array_elements(${json}::jsonb)`,
  );
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

/** The audit trail over a database; `close` waits for what was taken to be durable. */
export function createAuditTrail(
  database: Database,
): RecordExchange & RecordRefusals & RecordExplanation & ReadAuditEvents & { close(): Promise<void> } {
  const record = (events: readonly AuditEvent[]) =>
    database.run((statements) => insertAuditEvents(statements, events), 'audit_unavailable');
  const exchanges = createGroupCommit<AuditEvent>({
    commit: record,
    maxWaiting: MAX_WAITING_EVENTS,
    maxBatch: MAX_BATCH_EVENTS,
  });
  return {
    recordExchange: (event) => exchanges.add(event),
    // By itself: what an operator describes can then never fail the batch of workloads.
    recordExplanation: (event) => record([event]),
    async recordRefusals(events) {
      if (events.length > 0) await record(events);
    },
    async listAuditEvents(query) {
      if (!canMatch(query)) return [];
      return database.run((statements) => findAuditEvents(statements, query));
    },
    close: () => exchanges.close(),
  };
}
