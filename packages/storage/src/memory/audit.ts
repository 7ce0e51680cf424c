import type {
  AuditEvent,
  ReadAuditEvents,
  RecordExchange,
  RecordExplanation,
  RecordedEvent,
  RecordRefusals,
} from '@symbolon/core';
import { canMatch } from '../can-match.ts';
import { storableJson } from '../storable-text.ts';
import { matchesFilter } from './matches-filter.ts';

export interface AppendEvents {
  append(events: readonly AuditEvent[]): void;
}

export function createMemoryAudit(): RecordExchange &
  RecordRefusals &
  RecordExplanation &
  ReadAuditEvents &
  AppendEvents {
  const recorded: RecordedEvent[] = [];
  const append = (events: readonly AuditEvent[]) => {
    for (const event of events) {
      recorded.push({ id: recorded.length + 1, event: JSON.parse(storableJson(event)) as AuditEvent });
    }
  };
  return {
    append,
    recordExchange: async (event) => append([event]),
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
