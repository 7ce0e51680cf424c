import type { Clock, Cluster } from '@symbolon/core';
import { createKeyEntry, type KeyEntry } from './key-entry.ts';
import type { KeyTimes } from './key-holding.ts';
import type {
  ClusterKeys,
  FetchJwks,
  ReadHeldKeys,
  RefreshDueKeys,
  ReportKeys,
  SnapshotKeys,
} from './ports.ts';

export const DEFAULT_KEY_TIMES: KeyTimes = {
  coolDownSeconds: 30,
  refreshSeconds: 300,
  maxStaleSeconds: 3600,
};

/** In the background, so that thousands of clusters take neither all sockets nor all memory. */
const READ_AT_ONCE = 8;

export interface KeyCache extends ClusterKeys, RefreshDueKeys, ReadHeldKeys, SnapshotKeys {}

export interface KeyCacheDeps extends FetchJwks, Clock, ReportKeys {
  /** Default: Math.random. */
  random?(): number;
}

/**
 * Keeps each cluster's keys in memory, and reads them anew while they are used and, where somebody calls `refreshDue`,
 * while they are not. A new revision of a cluster starts from nothing. Holds one entry for each cluster name that was
 * used since `refreshDue` was last told which there are.
 */
export function createKeyCache(deps: KeyCacheDeps, times: KeyTimes = DEFAULT_KEY_TIMES): KeyCache {
  const entries = new Map<string, KeyEntry>();
  const entryDeps = { random: Math.random, ...deps, times };
  let isRefreshing = false;

  /** The one of the cluster as it is configured now, if it was used. */
  const existingOf = ({ name, revision }: Cluster): KeyEntry | null => {
    const entry = entries.get(name);
    return entry?.revision === revision ? entry : null;
  };

  const entryOf = (cluster: Cluster): KeyEntry => {
    const existing = existingOf(cluster);
    if (existing !== null) return existing;
    const entry = createKeyEntry(cluster, entryDeps);
    entries.set(cluster.name, entry);
    return entry;
  };

  const forgetOthers = (clusters: readonly Cluster[]): void => {
    const revisions = new Map(clusters.map(({ name, revision }) => [name, revision]));
    for (const [name, entry] of entries) if (revisions.get(name) !== entry.revision) entries.delete(name);
  };

  /** What fails comes last: it may take the whole time that one attempt has. */
  const queueOf = (clusters: readonly Cluster[]): [string, KeyEntry][] =>
    clusters
      .map((cluster): [string, KeyEntry] => [cluster.name, entryOf(cluster)])
      .toSorted(([, a], [, b]) => Number(a.isFailing()) - Number(b.isFailing()));

  const readEach = async (queue: readonly (readonly [string, KeyEntry])[]): Promise<void> => {
    const rest = queue.values();
    const work = async () => {
      // Meanwhile a cluster may have been changed or taken away: then it is asked no more as it was.
      for (const [name, entry] of rest) if (entries.get(name) === entry) await entry.refreshIfDue();
    };
    await Promise.all(Array.from({ length: READ_AT_ONCE }, work));
  };

  return {
    knownKeys: (cluster) => entryOf(cluster).knownKeys(),
    refetchKeys: (cluster, seen, issuedAtSeconds) => entryOf(cluster).refetchKeys(seen, issuedAtSeconds),

    async refreshDue(clusters) {
      const accepted = clusters.filter(({ enabled }) => enabled);
      forgetOthers(accepted);
      if (isRefreshing) return;
      isRefreshing = true;
      try {
        await readEach(queueOf(accepted));
      } finally {
        isRefreshing = false;
      }
    },

    readHeldKeys: (cluster) => existingOf(cluster)?.readHeldKeys() ?? null,
    snapshotKeys: (cluster) => existingOf(cluster)?.snapshotKeys() ?? null,
  };
}
