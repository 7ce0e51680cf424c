import type {
  AuditQueue,
  ReadAuditQueue,
  RecordExchange,
  RecordExplanation,
  RecordRefusals,
} from '@symbolon/core';

export interface WatchedAudit extends RecordExchange, RecordRefusals, RecordExplanation {
  /** Whether the last write was accepted; true before the first. */
  isWritable(): boolean;
  auditFigures(): AuditFigures;
}

export interface AuditFigures {
  readonly queue: AuditQueue;
  readonly writes: readonly {
    readonly kind: 'exchange' | 'explain' | 'refusals';
    readonly succeeded: number;
    readonly failed: number;
  }[];
}

/** Remembers how writes of the audit trail ended: without it nothing is issued, so readiness must know. */
export function watchAudit(
  store: RecordExchange & RecordRefusals & RecordExplanation & ReadAuditQueue,
): WatchedAudit {
  let isWritable = true;
  const exchange = { kind: 'exchange' as const, succeeded: 0, failed: 0 };
  const explain = { kind: 'explain' as const, succeeded: 0, failed: 0 };
  const refusals = { kind: 'refusals' as const, succeeded: 0, failed: 0 };
  const watch = async <T>(figures: { succeeded: number; failed: number }, write: Promise<T>): Promise<T> => {
    try {
      const outcome = await write;
      isWritable = true;
      figures.succeeded += 1;
      return outcome;
    } catch (error) {
      isWritable = false;
      figures.failed += 1;
      throw error;
    }
  };
  return {
    recordExchange: (event) => watch(exchange, store.recordExchange(event)),
    recordExplanation: (event) => watch(explain, store.recordExplanation(event)),
    recordRefusals: (events) => watch(refusals, store.recordRefusals(events)),
    isWritable: () => isWritable,
    auditFigures: () => ({ queue: store.auditQueue(), writes: [exchange, explain, refusals] }),
  };
}
