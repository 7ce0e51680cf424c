import { randomUUID } from 'node:crypto';
import type {
  ChangeConfiguration,
  Epoch,
  FollowConfiguration,
  ReadClusterCredential,
  ReadConfiguration,
  ReadSnapshot,
  ReadTombstones,
} from '@symbolon/core';
import { createEpochListeners } from '../epoch-listeners.ts';
import { createOneAtATime } from '../one-at-a-time.ts';
import type { AppendEvents } from './audit.ts';
import { createChangeLog } from './change-log.ts';
import { listObjects, objectAt, objectsOfKind } from './objects.ts';
import { type MemoryState, openChange } from './open-change.ts';
import { listTombstones, tombstoneAt } from './tombstones.ts';

export function createMemoryConfiguration(
  audit: AppendEvents,
): ReadConfiguration &
  ReadTombstones &
  ReadSnapshot &
  FollowConfiguration &
  ChangeConfiguration &
  ReadClusterCredential & { currentEpoch(): Epoch } {
  const oneAtATime = createOneAtATime();
  const { announce, listenForEpochs } = createEpochListeners();
  const log = createChangeLog();
  let state: MemoryState = {
    epoch: { number: 0, id: randomUUID() },
    objects: new Map(),
    credentials: new Map(),
    tombstones: new Map(),
  };
  return {
    read: async (key) => objectAt(state.objects, key),
    list: async (query) => listObjects(state.objects, query),
    readTombstone: async (key) => tombstoneAt(state.tombstones, key),
    listTombstones: async (query) => listTombstones(state.tombstones, query),
    readClusterCredential: async (cluster) => state.credentials.get(cluster) ?? null,
    readSnapshot: async () => ({
      epoch: state.epoch,
      clusters: objectsOfKind(state.objects, 'Cluster'),
      identitySystems: objectsOfKind(state.objects, 'IdentitySystem'),
      targets: objectsOfKind(state.objects, 'Target'),
      rules: objectsOfKind(state.objects, 'MappingRule'),
      revocations: objectsOfKind(state.objects, 'Revocation'),
    }),
    currentEpoch: () => state.epoch,
    readEpoch: async () => state.epoch,
    readChanges: async (since) => log.readChanges(since, state),
    listenForEpochs,
    change: (work) =>
      oneAtATime(async () => {
        const change = openChange(state, { number: state.epoch.number + 1, id: randomUUID() });
        try {
          const result = await work(change.transaction);
          const { state: after, events, touched } = change.commit();
          audit.append(events);
          state = after;
          if (touched.length > 0) {
            log.append(after.epoch, touched);
            announce(after.epoch);
          }
          return result;
        } finally {
          change.end();
        }
      }),
  };
}
