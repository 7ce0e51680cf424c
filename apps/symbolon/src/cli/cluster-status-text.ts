import type { ClusterStatusView } from '@symbolon/protocol';
import { lockOutLines } from './lock-out-text.ts';
import { printable } from './printable.ts';
import { ageOf } from './time.ts';

type HeldKeys = NonNullable<ClusterStatusView['keys']>;
type Replica = ClusterStatusView['replicas'][number];

/** What the gateways know of a cluster, for people: its keys, and how long a removed workload can go on. */
export function clusterStatusText({ replicas, lockOut }: ClusterStatusView, nowMs: number): string {
  const lines = [
    'Keys',
    ...indented(keyLines(replicas, nowMs)),
    '',
    'Once a workload is removed',
    ...indented(lockOutLines(lockOut, { isWorstCase: true })),
  ];
  return `${lines.join('\n')}\n`;
}

function keyLines(replicas: readonly Replica[], nowMs: number): readonly string[] {
  const [first, ...others] = replicas;
  if (first === undefined)
    return [
      'No gateway has told of any yet: a cluster that was written a moment ago is read within seconds.',
    ];
  // Of one that runs there is nothing to tell apart.
  if (others.length === 0 && !first.isStale) return heldLines(first.keys, nowMs);
  return replicas.flatMap(({ name, writtenAt, isStale, keys }) => [
    isStale
      ? `Gateway ${printable(name)} has ended or cannot reach the database: it told last ${ageOf(writtenAt, nowMs)} ago`
      : `Gateway ${printable(name)}`,
    ...(isStale ? [] : indented(heldLines(keys, nowMs))),
  ]);
}

function heldLines(
  { readAt, keyIds, dropped, failure, unusableAt }: HeldKeys,
  nowMs: number,
): readonly string[] {
  const verify = keyIds.length === 1 ? '1 verifies' : `${keyIds.length} verify`;
  const read = readAt === null ? 'no reading has succeeded' : `read ${ageOf(readAt, nowMs)} ago, ${readAt}`;
  const end = unusableAt === null ? '' : ` Those that are held are given up at ${unusableAt}.`;
  return [
    `${verify} its tokens (${read})`,
    ...(dropped === 0
      ? []
      : [`${dropped} published and not used: weak, private, symmetric or not told apart`]),
    ...(failure === null ? [] : [`The last reading failed: ${printable(failure)}.${end}`]),
  ];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
