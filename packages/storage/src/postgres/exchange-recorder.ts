import type { ExchangeEvent, ReadAuditQueue, RecordExchange, RecordOutcome } from '@symbolon/core';
import { createGroupCommit } from '../group-commit.ts';
import { storableJson } from '../storable-text.ts';
import { waitFor } from '../wait-for.ts';
import { createWriteBehind } from '../write-behind.ts';
import { insertAtEpoch, insertAuditTexts } from './audit-events.ts';
import type { Database } from './database.ts';
import { failureCodeOf } from './storage-call.ts';

/** Records exchanges; `close` waits for what was taken and says how many events were never written. */
export interface ExchangeRecorder extends RecordExchange, ReadAuditQueue {
  close(): Promise<number>;
}

const MAX_WAITING_EVENTS = 10_000;
const MAX_HELD_EVENTS = 100_000;
const MAX_BATCH_EVENTS = 1_000;
const PATIENCE_MS = 1_000;
/** Nobody waits for these: a statement for many costs this process less, and what a crash loses stays a moment's. */
const RELAXED_LINGER_MS = 15;
const CLOSE_MS = 10_000;
const nowMs = () => performance.now();

/** Resolves once the event is committed, under the epoch that it names or not at all. */
export function createDurableRecorder(database: Database): ExchangeRecorder {
  const group = createGroupCommit<ExchangeEvent, RecordOutcome>({
    commit: (events) => commitBatch(database, events),
    keyOf: ({ epoch }) => `${epoch.number} ${epoch.id}`,
    maxWaiting: MAX_WAITING_EVENTS,
    maxBatch: MAX_BATCH_EVENTS,
    patienceMs: PATIENCE_MS,
    nowMs,
  });
  return {
    recordExchange: (event) => group.add(event),
    auditQueue: () => group.queue(),
    async close() {
      await group.close();
      return 0;
    },
  };
}

async function commitBatch(database: Database, events: readonly ExchangeEvent[]): Promise<RecordOutcome> {
  const [first] = events;
  if (first === undefined) return { kind: 'recorded' };
  return database.run((statements) => insertAtEpoch(statements, first.epoch, events), 'audit_unavailable');
}

/**
 * Resolves at once, whatever the epoch and the database are; the event is written behind the answer. It waits as text:
 * what it was made of, which is many times as large, is garbage before a collector has seen it twice.
 */
export function createRelaxedRecorder(database: Database): ExchangeRecorder {
  const behind = createWriteBehind<string>({
    write: (texts) => database.run((statements) => insertAuditTexts(statements, texts), 'audit_unavailable'),
    isRefused: isForItsData,
    maxHeld: MAX_HELD_EVENTS,
    maxBatch: MAX_BATCH_EVENTS,
    wait: waitFor,
    lingerMs: RELAXED_LINGER_MS,
    closeMs: CLOSE_MS,
    nowMs,
  });
  return {
    async recordExchange(event) {
      behind.add(storableJson(event));
      return { kind: 'recorded' };
    },
    auditQueue: () => behind.queue(),
    close: () => behind.close(),
  };
}

/** Data exceptions, broken constraints, exceeded limits: what the same rows meet again however often they are tried. */
function isForItsData(error: unknown): boolean {
  return /^(?:22|23|54)[0-9A-Z]{3}$/.test(failureCodeOf(error) ?? '');
}
