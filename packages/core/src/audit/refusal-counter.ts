import type { RefusalSummaryEvent } from './events.ts';
import type { CountRefusal, RecordRefusals } from './ports.ts';

export interface RefusalCounter extends CountRefusal {
  /**
   * Writes what was counted since the last time, one event a (reason, cluster), and starts anew. What could not be
   * written is counted on, and the failure thrown.
   */
  writeSummaries(store: RecordRefusals, nowMs: number): Promise<void>;
}

/**
 * Counts what fails before anything is proven. Reasons are a closed union and clusters are those of the policy, so
 * its memory is bounded whatever is sent to us.
 */
export function createRefusalCounter(startMs: number): RefusalCounter {
  let counts = new Map<string, RefusalSummaryEvent>();
  let sinceMs = startMs;

  function add(event: RefusalSummaryEvent): void {
    const key = `${event.reason}\n${event.cluster ?? ''}`;
    const counted = counts.get(key);
    const count = (counted?.count ?? 0) + event.count;
    counts.set(key, { ...event, sinceMs: Math.min(event.sinceMs, counted?.sinceMs ?? event.sinceMs), count });
  }

  return {
    countRefusal(reason, cluster) {
      add({ kind: 'refusals', atMs: 0, sinceMs, reason, cluster, count: 1 });
    },
    async writeSummaries(store, nowMs) {
      const events = [...counts.values()].map((event) => ({ ...event, atMs: nowMs }));
      if (events.length === 0) return;
      counts = new Map();
      sinceMs = nowMs;
      try {
        await store.recordRefusals(events);
      } catch (error) {
        for (const event of events) add(event);
        throw error;
      }
    },
  };
}
