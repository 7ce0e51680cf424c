import type { SpawnedBroker } from '@symbolon/testkit';
import type { Change } from './live-operator.ts';

export interface Following {
  readonly p50Ms: number;
  readonly maxMs: number;
}

interface Followed {
  readonly changes: readonly Change[];
  readonly replicas: Readonly<Record<string, Pick<SpawnedBroker, 'log'>>>;
  /** Unix milliseconds: nothing that was logged before counts, for epochs before a failover come again. */
  readonly sinceMs: number;
}

/**
 * From the acknowledgement of each change to the moment in which a replica says in its log that it has a policy of that
 * epoch or a later one; 0 where it had it before, infinite where it never says so.
 */
export function printFollowing(
  what: string,
  { changes, replicas, sinceMs }: Followed,
): Readonly<Record<string, Following>> {
  const followed = Object.fromEntries(
    Object.entries(replicas).map(([name, { log }]) => {
      const loads = policiesIn(log()).filter(({ atMs }) => atMs >= sinceMs);
      return [name, summaryOf(changes.flatMap((change) => followedMs(change, loads)))];
    }),
  );
  console.log(`${what}: from acknowledged to in force ${JSON.stringify(followed)}`);
  return followed;
}

interface Loaded {
  readonly epoch: number;
  readonly atMs: number;
}

function policiesIn(log: string): readonly Loaded[] {
  return log.split('\n').flatMap((line) => {
    if (!line.includes('"msg":"policy loaded"')) return [];
    const { epoch, time } = JSON.parse(line) as { readonly epoch: number; readonly time: string };
    return [{ epoch, atMs: Date.parse(time) }];
  });
}

function followedMs({ epoch, acknowledgedAtMs }: Change, loads: readonly Loaded[]): readonly number[] {
  if (epoch === null) return [];
  const load = loads.find((one) => one.epoch >= epoch);
  return [load === undefined ? Number.POSITIVE_INFINITY : Math.max(0, load.atMs - acknowledgedAtMs)];
}

function summaryOf(milliseconds: readonly number[]): Following {
  const sorted = milliseconds.toSorted((one, other) => one - other);
  return { p50Ms: sorted[Math.floor(sorted.length / 2)] ?? 0, maxMs: sorted.at(-1) ?? 0 };
}
