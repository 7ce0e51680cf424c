import type { Outcomes } from './load.ts';

/**
 * How many requests ended in which way: `200`, `503 storage_unavailable`, or without an answer `ECONNRESET` and its
 * kind. Refusals that say when to come back are told apart from those that do not: `503 ... without Retry-After`.
 */
export function tally(outcomes: Outcomes): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const way = wayOf(outcome);
    counts[way] = (counts[way] ?? 0) + 1;
  }
  return counts;
}

function wayOf({ status, jti, reason, retryAfter, error }: Outcomes[number]): string {
  if (error !== null) return status === null ? error : `${status} ${error}`;
  if (status === 200) return jti === null ? '200 without a jti' : '200';
  const words = [status, reason];
  if (status === 503 && !/^[1-9]\d*$/.test(retryAfter ?? '')) words.push('without Retry-After');
  return words.filter((word) => word !== null).join(' ');
}
