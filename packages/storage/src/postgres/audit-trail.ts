import type {
  AuditEvent,
  ReadAuditEvents,
  ReadAuditQueue,
  RecordExchange,
  RecordExplanation,
  RecordRefusals,
} from '@symbolon/core';
import { canMatch } from '../can-match.ts';
import { findAuditEvents, insertAuditEvents } from './audit-events.ts';
import type { Database } from './database.ts';
import type { ExchangeRecorder } from './exchange-recorder.ts';

/** The audit trail over a database; exchanges, of which there are most, go by a way of their own. */
export function createAuditTrail(
  database: Database,
  { recordExchange, auditQueue }: Omit<ExchangeRecorder, 'close'>,
): RecordExchange & RecordRefusals & RecordExplanation & ReadAuditEvents & ReadAuditQueue {
  const record = (events: readonly AuditEvent[]) =>
    database.run((statements) => insertAuditEvents(statements, events), 'audit_unavailable');
  return {
    recordExchange,
    auditQueue,
    // By itself: what an operator describes can then never fail the batch of workloads.
    recordExplanation: (event) => record([event]),
    async recordRefusals(events) {
      if (events.length > 0) await record(events);
    },
    async listAuditEvents(query) {
      if (!canMatch(query)) return [];
      return database.run((statements) => findAuditEvents(statements, query));
    },
  };
}
