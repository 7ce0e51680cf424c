/*
 * This folder owns the maps that a policy is made of: to change one makes another, which shares with it all that did
 * not change, and leaves it as it was for whoever still reads it. They are apart from what is kept in them, for a
 * mistake in here would be one in every index.
 */

/** No value is undefined: in here that stands for none. */
export interface PersistentMap<K, V> {
  readonly size: number;
  get(key: K): V | undefined;
  /** In no order that means anything. */
  entries(): Iterable<readonly [K, V]>;
  edit(): PersistentMapEdit<K, V>;
}

/** Changes to a map, one after another; each costs the same whatever the size of the map. */
export interface PersistentMapEdit<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
  /** The map with all changes so far, which is the last thing that the edit is good for. */
  done(): PersistentMap<K, V>;
}

/**
 * A part of a map: a few entries, or, where there were too many, 32 smaller parts, told apart by five bits of the
 * key's hash. Undefined has none. A part is written to only by the edit that made it, before it is done.
 */
type Part<K, V> = Map<K, V> | (Part<K, V> | undefined)[] | undefined;

const BITS = 5;
const PARTS = 1 << BITS;
/** Keys of one hash stay together, however many they are. */
const MAX_DEPTH = 6;
/** More make a change dearer, fewer the whole map heavier. */
const MAX_ENTRIES = 48;

/** An empty map. `hashOf` gives 30 bits, the same for the same key; every map made of this one keeps it. */
export function createPersistentMap<K, V>(hashOf: (key: K) => number): PersistentMap<K, V> {
  return mapOf<K, V>(undefined, 0, hashOf);
}

function mapOf<K, V>(root: Part<K, V>, size: number, hashOf: (key: K) => number): PersistentMap<K, V> {
  return {
    size,
    get: (key) => (root === undefined ? undefined : find(root, key, hashOf(key))),
    entries: () => entriesOf(root),
    edit: () => createEdit(root, size, hashOf),
  };
}

function find<K, V>(root: Part<K, V>, key: K, hash: number): V | undefined {
  let part = root;
  let rest = hash;
  while (Array.isArray(part)) {
    part = part[rest % PARTS];
    rest >>>= BITS;
  }
  return part?.get(key);
}

function* entriesOf<K, V>(part: Part<K, V>): Generator<readonly [K, V]> {
  if (part instanceof Map) yield* part;
  else for (const smaller of part ?? []) yield* entriesOf(smaller);
}

function createEdit<K, V>(
  original: Part<K, V>,
  originalSize: number,
  hashOf: (key: K) => number,
): PersistentMapEdit<K, V> {
  const owned = new Set<Part<K, V>>();
  let root = original;
  let size = originalSize;

  function own<P extends Part<K, V>>(made: P): P {
    owned.add(made);
    return made;
  }

  /** The part with the entry set, or, without a value, removed. */
  function changed(part: Part<K, V>, change: Change<K, V>, depth: number): Part<K, V> {
    if (Array.isArray(part)) {
      const mine = owned.has(part) ? part : own([...part]);
      const at = slotAt(change.hash, depth);
      mine[at] = changed(mine[at], change, depth + 1);
      return mine;
    }
    const mine = part !== undefined && owned.has(part) ? part : own(new Map(part));
    const before = mine.size;
    if (change.value === undefined) mine.delete(change.key);
    else mine.set(change.key, change.value);
    size += mine.size - before;
    return mine.size > MAX_ENTRIES && depth < MAX_DEPTH ? split(mine, depth) : mine;
  }

  function split(entries: Map<K, V>, depth: number): Part<K, V> {
    const parts = own<Part<K, V>[]>(Array.from({ length: PARTS }, () => undefined));
    owned.delete(entries);
    size -= entries.size;
    for (const [key, value] of entries) {
      const change = { key, hash: hashOf(key), value };
      const at = slotAt(change.hash, depth);
      parts[at] = changed(parts[at], change, depth + 1);
    }
    return parts;
  }

  return {
    get: (key) => find(root, key, hashOf(key)),
    set(key, value) {
      root = changed(root, { key, hash: hashOf(key), value }, 0);
    },
    delete(key) {
      const hash = hashOf(key);
      if (find(root, key, hash) !== undefined) root = changed(root, { key, hash, value: undefined }, 0);
    },
    done: () => mapOf(root, size, hashOf),
  };
}

interface Change<K, V> {
  readonly key: K;
  readonly hash: number;
  readonly value: V | undefined;
}

function slotAt(hash: number, depth: number): number {
  return (hash >>> (BITS * depth)) % PARTS;
}
