import type { ClusterStatusView } from '@symbolon/protocol';
import { lockOutLines } from './lock-out-text.ts';
import { printable } from './printable.ts';
import { ageOf } from './time.ts';

/** What the broker that answered knows of a cluster, for people: its keys, and how long a removed workload can go on. */
export function clusterStatusText({ keys, lockOut }: ClusterStatusView, nowMs: number): string {
  const lines = [
    'Keys',
    ...keyLines(keys, nowMs),
    '',
    'Once a workload is removed',
    ...lockOutLines(lockOut, { isWorstCase: true }).map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

function keyLines(keys: ClusterStatusView['keys'], nowMs: number): readonly string[] {
  if (keys === null)
    return ['  The broker has not asked for any yet: no token of the cluster was shown to it.'];
  const { readAt, keyIds, dropped, failure, unusableAt } = keys;
  const verify = keyIds.length === 1 ? '1 verifies' : `${keyIds.length} verify`;
  const read = readAt === null ? 'no reading has succeeded' : `read ${ageOf(readAt, nowMs)} ago, ${readAt}`;
  const end = unusableAt === null ? '' : ` Those that are held are given up at ${unusableAt}.`;
  return [
    `  ${verify} its tokens (${read})`,
    ...(dropped === 0
      ? []
      : [`  ${dropped} published and not used: weak, private, symmetric or not told apart`]),
    ...(failure === null ? [] : [`  The last reading failed: ${printable(failure)}.${end}`]),
  ];
}
