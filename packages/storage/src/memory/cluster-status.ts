import {
  type ClusterStatus,
  type ClusterStatusStore,
  compareByteOrder,
  type KeySnapshot,
  type KeySnapshotStore,
} from '@symbolon/core';
import { STOPPED_MS } from '../cluster-status-terms.ts';

export function createMemoryClusterStatus(): ClusterStatusStore & KeySnapshotStore {
  let statuses: readonly ClusterStatus[] = [];
  const snapshots = new Map<string, KeySnapshot>();
  return {
    async writeClusterStatus(replica, written, nowMs) {
      const others = statuses.filter(
        (status) => status.replica !== replica && status.writtenAtMs >= nowMs - STOPPED_MS,
      );
      statuses = [...others, ...structuredClone(written)];
    },
    async readClusterStatus(cluster) {
      return statuses
        .filter((status) => status.cluster === cluster)
        .toSorted((left, right) => compareByteOrder(left.replica, right.replica));
    },
    async writeKeySnapshot(snapshot) {
      const before = snapshots.get(snapshot.cluster);
      if (before === undefined || before.readAtMs <= snapshot.readAtMs) {
        snapshots.set(snapshot.cluster, structuredClone(snapshot));
      }
    },
    readKeySnapshot: async (cluster) => snapshots.get(cluster) ?? null,
  };
}
