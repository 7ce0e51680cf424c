import { compareByteOrder, type Tombstone, type TombstoneKey, type TombstoneQuery } from '@symbolon/core';
import { isStorable } from '../storable-text.ts';

/** Every tombstone, by `tombstoneId` of its key. */
export type MemoryTombstones = ReadonlyMap<string, Tombstone>;

export function tombstoneId({ kind, name }: TombstoneKey): string {
  return JSON.stringify([kind, name]);
}

export function tombstoneAt(tombstones: MemoryTombstones, key: TombstoneKey): Tombstone | null {
  return tombstones.get(tombstoneId(key)) ?? null;
}

export function listTombstones(
  tombstones: MemoryTombstones,
  { kind, after, limit }: TombstoneQuery,
): readonly Tombstone[] {
  if (after !== null && !isStorable(after.name)) return [];
  return [...tombstones.values()]
    .filter(({ key }) => kind === null || key.kind === kind)
    .filter(({ key }) => after === null || compareKeys(key, after) > 0)
    .toSorted((left, right) => compareKeys(left.key, right.key))
    .slice(0, limit);
}

function compareKeys(left: TombstoneKey, right: TombstoneKey): number {
  return compareByteOrder(left.kind, right.kind) || compareByteOrder(left.name, right.name);
}
