import { createRefusalCounter, type RefusalCounter } from '@symbolon/core';

export interface WatchedRefusals extends RefusalCounter {
  /** How many refusals are counted and not in the audit trail yet. */
  unwrittenRefusals(): number;
}

/** The refusal counter, and how much it holds. */
export function watchRefusals(startMs: number): WatchedRefusals {
  const counter = createRefusalCounter(startMs);
  let unwritten = 0;
  return {
    countRefusal(reason, cluster) {
      unwritten += 1;
      counter.countRefusal(reason, cluster);
    },
    async writeSummaries(store, nowMs) {
      const taken = unwritten;
      await counter.writeSummaries(store, nowMs);
      unwritten -= taken;
    },
    unwrittenRefusals: () => unwritten,
  };
}
