import type { RefusalSummaryEvent } from './events.ts';
import type { CountRefusal } from './ports.ts';

export interface RefusalCounter extends CountRefusal {
  /** What was counted since the last call, one event a (reason, cluster), and starts anew. */
  drain(nowMs: number): readonly RefusalSummaryEvent[];
}

/**
 * Counts what fails before anything is proven. Reasons are a closed union and clusters are those of the policy, so
 * its memory is bounded whatever is sent to us.
 */
export function createRefusalCounter(startMs: number): RefusalCounter {
  const counts = new Map<string, RefusalSummaryEvent>();
  let sinceMs = startMs;
  return {
    countRefusal(reason, cluster) {
      const key = `${reason}\n${cluster ?? ''}`;
      const count = (counts.get(key)?.count ?? 0) + 1;
      counts.set(key, { kind: 'refusals', atMs: 0, sinceMs, reason, cluster, count });
    },
    drain(nowMs) {
      const events = [...counts.values()].map((event) => ({ ...event, atMs: nowMs }));
      counts.clear();
      sinceMs = nowMs;
      return events;
    },
  };
}
