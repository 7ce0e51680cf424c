import {
  type AuditEvent,
  type Epoch,
  isSameEpoch,
  type ReadAuditEvents,
  type ReadAuditQueue,
  type RecordExchange,
  type RecordExplanation,
  type RecordedEvent,
  type RecordRefusals,
} from '@symbolon/core';
import type { AuditMode } from '../audit-mode.ts';
import { canMatch } from '../can-match.ts';
import { storableJson } from '../storable-text.ts';
import { matchesFilter } from './matches-filter.ts';

export interface AppendEvents {
  append(events: readonly AuditEvent[]): void;
}

export function createMemoryAudit(options: {
  readonly mode: AuditMode;
  readonly currentEpoch: () => Epoch;
}): RecordExchange & RecordRefusals & RecordExplanation & ReadAuditEvents & ReadAuditQueue & AppendEvents {
  const recorded: RecordedEvent[] = [];
  const append = (events: readonly AuditEvent[]) => {
    for (const event of events) {
      recorded.push({ id: recorded.length + 1, event: JSON.parse(storableJson(event)) as AuditEvent });
    }
  };
  return {
    append,
    async recordExchange(event) {
      const epoch = options.currentEpoch();
      if (options.mode === 'durable' && !isSameEpoch(epoch, event.epoch)) return { kind: 'overtaken', epoch };
      append([event]);
      return { kind: 'recorded' };
    },
    auditQueue: () => ({ waiting: 0, oldestMs: 0 }),
    recordExplanation: async (event) => append([event]),
    recordRefusals: async (events) => append(events),
    async listAuditEvents(query) {
      if (!canMatch(query)) return [];
      const { filter, order, afterId, limit } = query;
      const inOrder = order === 'oldest' ? recorded : recorded.toReversed();
      return inOrder
        .filter(({ id }) => afterId === null || (order === 'oldest' ? id > afterId : id < afterId))
        .filter(({ event }) => matchesFilter(event, filter))
        .slice(0, limit);
    },
  };
}
