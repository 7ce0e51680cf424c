import type {
  AuditEvent,
  ReadAuditEvents,
  RecordExchange,
  RecordedEvent,
  RecordRefusals,
} from '@symbolon/core';
import { storableJson } from '../storable-text.ts';

export interface AppendEvents {
  append(events: readonly AuditEvent[]): void;
}

export function createMemoryAudit(): RecordExchange & RecordRefusals & ReadAuditEvents & AppendEvents {
  const recorded: RecordedEvent[] = [];
  const append = (events: readonly AuditEvent[]) => {
    for (const event of events) {
      recorded.push({ id: recorded.length + 1, event: JSON.parse(storableJson(event)) as AuditEvent });
    }
  };
  return {
    append,
    recordExchange: async (event) => append([event]),
    recordRefusals: async (events) => append(events),
    listAuditEvents: async ({ afterId, limit }) => recorded.slice(afterId ?? 0, (afterId ?? 0) + limit),
  };
}
