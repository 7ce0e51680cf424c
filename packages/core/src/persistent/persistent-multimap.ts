import { createPersistentMap, type PersistentMap } from './persistent-map.ts';

/** A persistent map that keeps several values under one key. No value is an array. */
export interface PersistentMultimap<K, V> {
  /** How many keys there are. */
  readonly size: number;
  get(key: K): readonly V[];
  edit(): PersistentMultimapEdit<K, V>;
}

/** Changes to a multimap, one after another. */
export interface PersistentMultimapEdit<K, V> {
  add(key: K, value: V): void;
  /** The value itself, not one like it; it must not be added again. */
  remove(key: K, value: V): void;
  /** The multimap with all changes so far, which is the last thing that the edit is good for. */
  done(): PersistentMultimap<K, V>;
}

/** Most keys have one value, and a list for each would weigh more than the value. */
type Kept<V> = V | V[];

const NONE: readonly never[] = [];

/** An empty multimap. `hashOf` is that of `createPersistentMap`. */
export function createPersistentMultimap<K, V>(hashOf: (key: K) => number): PersistentMultimap<K, V> {
  return multimapOf<K, V>(createPersistentMap(hashOf));
}

function multimapOf<K, V>(map: PersistentMap<K, Kept<V>>): PersistentMultimap<K, V> {
  return {
    size: map.size,
    get: (key) => listed(map.get(key)),
    edit: () => createEdit(map),
  };
}

function listed<V>(kept: Kept<V> | undefined): readonly V[] {
  if (kept === undefined) return NONE;
  return Array.isArray(kept) ? kept : [kept];
}

function createEdit<K, V>(original: PersistentMap<K, Kept<V>>): PersistentMultimapEdit<K, V> {
  const edit = original.edit();
  // To copy or search a list for each of its values would be quadratic in values of one key: lists that no finished
  // multimap holds are added to as they are, and all values of a key are removed at once.
  const owned = new Set<V[]>();
  const removed = new Map<K, Set<V>>();

  function keep(key: K, values: V[]): void {
    const [first] = values;
    if (first === undefined) edit.delete(key);
    else edit.set(key, values.length === 1 ? first : values);
    if (values.length > 1) owned.add(values);
  }

  return {
    add(key, value) {
      const kept = edit.get(key);
      if (Array.isArray(kept) && owned.has(kept)) kept.push(value);
      else keep(key, [...listed(kept), value]);
    },
    remove(key, value) {
      const values = removed.get(key) ?? new Set<V>();
      removed.set(key, values.add(value));
    },
    done() {
      for (const [key, values] of removed) {
        const before = listed(edit.get(key));
        const after = before.filter((value) => !values.has(value));
        if (after.length < before.length) keep(key, after);
      }
      return multimapOf(edit.done());
    },
  };
}
