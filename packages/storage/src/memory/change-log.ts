import { type ConfigurationChanges, type Epoch, isSameEpoch, type ObjectKey } from '@symbolon/core';
import { MAX_CHANGED_OBJECTS } from '../changed-objects.ts';
import { idOf } from '../object-key.ts';
import type { MemoryState } from './open-change.ts';

export interface ChangeLog {
  append(epoch: Epoch, touched: readonly ObjectKey[]): void;
  readChanges(since: Epoch, state: MemoryState): ConfigurationChanges | null;
}

/** How many changes are remembered: as many as a delta may name objects, since each touched one at the least. */
const MAX_LOGGED = MAX_CHANGED_OBJECTS + 1;

export function createChangeLog(): ChangeLog {
  const log: { readonly epoch: Epoch; readonly touched: readonly ObjectKey[] }[] = [];
  return {
    append(epoch, touched) {
      log.push({ epoch, touched });
      if (log.length > MAX_LOGGED) log.shift();
    },
    readChanges(since, { epoch, objects }) {
      if (isSameEpoch(since, epoch)) return { epoch, written: [], deleted: [] };
      const at = log.findIndex((entry) => isSameEpoch(entry.epoch, since));
      if (at === -1) return null;
      const touched = log.slice(at + 1).flatMap((entry) => entry.touched);
      if (touched.length > MAX_CHANGED_OBJECTS) return null;
      const keys = [...new Map(touched.map((key) => [idOf(key), key])).values()];
      return {
        epoch,
        written: keys.flatMap((key) => objects.get(idOf(key)) ?? []),
        deleted: keys.filter((key) => !objects.has(idOf(key))),
      };
    },
  };
}
