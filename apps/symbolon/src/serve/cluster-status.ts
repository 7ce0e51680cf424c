import {
  type Clock,
  type Cluster,
  type ClusterStatus,
  type ClusterStatusStore,
  type KeySnapshot,
  type KeySnapshotStore,
  UnavailableError,
} from '@symbolon/core';
import { errorFields, type Log } from '../log.ts';

/** The age of a snapshot bounds its use, so one of the same keys is written again, but not at every reading. */
const SNAPSHOT_AGES_MS = 60_000;

/** What a gateway knows of a cluster's keys, whoever asks. */
type KeyFacts = Omit<ClusterStatus, 'cluster' | 'replica' | 'writtenAtMs'>;

export interface StatusWriterDeps
  extends Pick<ClusterStatusStore, 'writeClusterStatus'>,
    Pick<KeySnapshotStore, 'writeKeySnapshot'>,
    Clock {
  /** Null: nothing was asked of the cluster yet. */
  readHeldKeys(cluster: Cluster): KeyFacts | null;
  /** Null: nothing is held that another process could not read of the configuration. */
  snapshotKeys(cluster: Cluster): KeySnapshot | null;
  /** What this process calls itself; no other that runs has the name. */
  readonly replica: string;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

export interface StatusWriter {
  /**
   * Tells of the keys of these clusters: one statement for what is known of them all, and one for each whose public
   * keys are others than those that were written last. Never rejects.
   */
  write(clusters: readonly Cluster[]): Promise<void>;
  /** Takes back the rows of a process that ends. Never rejects. */
  withdraw(): Promise<void>;
}

/**
 * What a gateway leaves in the store of the clusters whose keys it holds, for the admin API of another process. An
 * exchange depends on none of it: what cannot be written is told once, and tried again by the next call.
 */
export function createStatusWriter(deps: StatusWriterDeps): StatusWriter {
  const { replica, readHeldKeys, snapshotKeys, writeClusterStatus, writeKeySnapshot, now, log } = deps;
  let written = new Map<string, KeySnapshot>();
  let isFailing = false;

  const writeStatus = async (clusters: readonly Cluster[]): Promise<void> => {
    const writtenAtMs = now();
    const statuses = clusters.flatMap((cluster) => {
      const held = readHeldKeys(cluster);
      return held === null ? [] : [{ ...held, cluster: cluster.name, replica, writtenAtMs }];
    });
    await writeClusterStatus(replica, statuses, writtenAtMs);
  };

  const writeSnapshots = async (clusters: readonly Cluster[]): Promise<void> => {
    const names = new Set(clusters.map(({ name }) => name));
    written = new Map([...written].filter(([name]) => names.has(name)));
    for (const cluster of clusters) {
      const snapshot = snapshotKeys(cluster);
      if (snapshot === null || saysTheSame(snapshot, written.get(cluster.name))) continue;
      await writeKeySnapshot(snapshot);
      written.set(cluster.name, snapshot);
    }
  };

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      if (isFailing) log.info({}, 'the state of cluster keys is written again');
      isFailing = false;
    } catch (error) {
      const reason = error instanceof UnavailableError ? error.reason : undefined;
      if (!isFailing)
        log.warn({ ...errorFields(error), reason }, 'the state of cluster keys cannot be written');
      isFailing = true;
    }
  };

  return {
    write: (clusters) =>
      attempt(async () => {
        await writeStatus(clusters);
        await writeSnapshots(clusters);
      }),
    withdraw: () => attempt(() => writeClusterStatus(replica, [], now())),
  };
}

function saysTheSame(snapshot: KeySnapshot, last: KeySnapshot | undefined): boolean {
  if (last === undefined || snapshot.revision !== last.revision) return false;
  const isRecent = Math.abs(snapshot.readAtMs - last.readAtMs) < SNAPSHOT_AGES_MS;
  return isRecent && JSON.stringify(snapshot.published) === JSON.stringify(last.published);
}
