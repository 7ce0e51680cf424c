import type { ClusterStatusView } from '@symbolon/protocol';
import { durationText } from './duration-text.ts';

type LockOut = ClusterStatusView['lockOut'];

/** What ends exchanges in each mode, and so why it takes as long as it may. */
const ENDED_BY: { readonly [M in LockOut['mode']]: string } = {
  offline:
    'in mode offline nothing here notices a removal, so they go on until the token ends by itself and the leeway for clocks is over',
  review: 'in mode review the API server is asked again by then, unless the token ends first',
  watch: 'in mode watch a watch that died without a sign is found out by then, unless the token ends first',
};

/**
 * How long a removed workload can go on, each bound with its reason. `isWorstCase`: no token was looked at, so that
 * the longest that the cluster accepts stands for it.
 */
export function lockOutLines(
  { mode, exchangesRefusedWithinSeconds, lastCredentialDeadWithinSeconds }: LockOut,
  { isWorstCase }: { readonly isWorstCase: boolean },
): readonly string[] {
  const lines = [
    `Exchanges are refused within ${durationText(exchangesRefusedWithinSeconds)}: ${ENDED_BY[mode]}.`,
  ];
  if (lastCredentialDeadWithinSeconds !== null) {
    // Dead no later than the last exchange, it can only have ended with the token.
    const endsWithToken = lastCredentialDeadWithinSeconds <= exchangesRefusedWithinSeconds;
    const why = endsWithToken
      ? 'none outlives the token that it was issued for'
      : 'one that was issued at the last moment still has its lifetime before it';
    lines.push(
      `The last credential is dead within ${durationText(lastCredentialDeadWithinSeconds)}: ${why}.`,
    );
  }
  if (isWorstCase) {
    lines.push('This is the worst case: a token of the longest lifetime that the cluster accepts.');
  }
  return lines;
}
