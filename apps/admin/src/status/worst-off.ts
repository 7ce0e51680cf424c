import type { ClusterStatus } from '@symbolon/core';

/**
 * The replica that an operator must know of: one that can verify nothing, else one whose last reading failed, else the
 * one whose keys are the oldest. Replicas write in turns, so the last to write would be another at every look. Null
 * where there is none.
 */
export function worstOff(statuses: readonly ClusterStatus[]): ClusterStatus | null {
  const [worst = null] = statuses.toSorted(
    (a, b) => troubleOf(b) - troubleOf(a) || (a.readAtMs ?? 0) - (b.readAtMs ?? 0),
  );
  return worst;
}

function troubleOf({ keyIds, failure }: ClusterStatus): number {
  if (keyIds.length === 0) return 2;
  return failure === null ? 0 : 1;
}
