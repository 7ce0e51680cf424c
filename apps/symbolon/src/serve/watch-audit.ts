import type {
  AuditQueue,
  ReadAuditQueue,
  RecordExchange,
  RecordExplanation,
  RecordOutcome,
  RecordRefusals,
} from '@symbolon/core';

export interface WatchedAudit extends RecordExchange, RecordRefusals, RecordExplanation {
  /** Whether the last write was accepted that exchanges depend on; true before the first. */
  isWritable(): boolean;
  auditFigures(): AuditFigures;
}

export interface AuditFigures {
  readonly queue: AuditQueue;
  readonly writes: readonly WriteFigures[];
}

interface WriteFigures {
  readonly kind: 'exchange' | 'explain' | 'refusals';
  readonly succeeded: number;
  readonly failed: number;
  /** Nothing was written, for the configuration had moved on. */
  readonly overtaken: number;
}

/**
 * Remembers how writes of the audit trail ended: without it nothing is issued, so readiness must know. In relaxed mode
 * an exchange depends on being taken alone, and so a replica without a database goes on as long as it may.
 */
export function watchAudit(
  store: RecordExchange & RecordRefusals & RecordExplanation & ReadAuditQueue,
  mode: 'durable' | 'relaxed',
): WatchedAudit {
  let isWritable = true;
  const exchange = { kind: 'exchange' as const, succeeded: 0, failed: 0, overtaken: 0 };
  const explain = { kind: 'explain' as const, succeeded: 0, failed: 0, overtaken: 0 };
  const refusals = { kind: 'refusals' as const, succeeded: 0, failed: 0, overtaken: 0 };
  const watch = async <T>(
    figures: { -readonly [Name in keyof WriteFigures]: WriteFigures[Name] },
    write: Promise<T>,
    endOf: (outcome: T) => 'succeeded' | 'overtaken' = () => 'succeeded',
  ): Promise<T> => {
    const counts = mode === 'durable' || figures === exchange;
    try {
      const outcome = await write;
      if (counts) isWritable = true;
      figures[endOf(outcome)] += 1;
      return outcome;
    } catch (error) {
      if (counts) isWritable = false;
      figures.failed += 1;
      throw error;
    }
  };
  return {
    recordExchange: (event) => watch(exchange, store.recordExchange(event), endOfRecord),
    recordExplanation: (event) => watch(explain, store.recordExplanation(event)),
    recordRefusals: (events) => watch(refusals, store.recordRefusals(events)),
    isWritable: () => isWritable,
    auditFigures: () => ({ queue: store.auditQueue(), writes: [exchange, explain, refusals] }),
  };
}

function endOfRecord({ kind }: RecordOutcome): 'succeeded' | 'overtaken' {
  return kind === 'overtaken' ? 'overtaken' : 'succeeded';
}
