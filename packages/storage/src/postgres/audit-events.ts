import type { AuditEvent, ReadAuditEvents, RecordExchange, RecordRefusals } from '@symbolon/core';
import { asc, gt, sql } from 'drizzle-orm';
import { createGroupCommit } from '../group-commit.ts';
import { storableJson } from '../storable-text.ts';
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

/** The audit trail over a database; `close` waits for what was taken to be durable. */
export function createAuditTrail(
  database: Database,
): RecordExchange & RecordRefusals & ReadAuditEvents & { close(): Promise<void> } {
  const record = (events: readonly AuditEvent[]) =>
    database.run((statements) => insertAuditEvents(statements, events), 'audit_unavailable');
  const exchanges = createGroupCommit<AuditEvent>({
    commit: record,
    maxWaiting: MAX_WAITING_EVENTS,
    maxBatch: MAX_BATCH_EVENTS,
  });
  return {
    recordExchange: (event) => exchanges.add(event),
    async recordRefusals(events) {
      if (events.length > 0) await record(events);
    },
    listAuditEvents: ({ afterId, limit }) =>
      database.run((statements) =>
        statements
          .select({ id: auditEvents.id, event: auditEvents.event })
          .from(auditEvents)
          .where(afterId === null ? undefined : gt(auditEvents.id, afterId))
          .orderBy(asc(auditEvents.id))
          .limit(limit),
      ),
    close: () => exchanges.close(),
  };
}
