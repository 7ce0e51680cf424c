/** A map that holds what was asked for lately, within bounds, and forgets the rest without a word. */
export interface RecentMap<V> {
  get(key: string): V | undefined;
  /** `bytes` is what the entry takes, key and all, as well as one can say. */
  set(key: string, value: V, bytes: number): void;
  delete(key: string): void;
}

export interface RecentMapBounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

interface Held<V> {
  readonly value: V;
  readonly bytes: number;
}

/**
 * Two generations, each within half of the bounds. What is asked for in the older one moves to the younger; when that is
 * full it becomes the older one, and what was in the older one and not asked for since is gone. So a flood of new
 * entries never drives out one that is in use, and finding an entry moves nothing most of the time.
 */
export function createRecentMap<V>({ maxEntries, maxBytes }: RecentMapBounds): RecentMap<V> {
  let young = new Map<string, Held<V>>();
  let old = new Map<string, Held<V>>();
  let youngBytes = 0;

  const put = (key: string, held: Held<V>): void => {
    if (young.size >= maxEntries / 2 || youngBytes + held.bytes > maxBytes / 2) {
      old = young;
      young = new Map();
      youngBytes = 0;
    }
    young.set(key, held);
    youngBytes += held.bytes;
  };

  const remove = (key: string): void => {
    youngBytes -= young.get(key)?.bytes ?? 0;
    young.delete(key);
    old.delete(key);
  };

  return {
    get(key) {
      const held = young.get(key);
      if (held !== undefined) return held.value;
      const older = old.get(key);
      if (older === undefined) return undefined;
      old.delete(key);
      put(key, older);
      return older.value;
    },
    set(key, value, bytes) {
      remove(key);
      if (bytes <= maxBytes / 2) put(key, { value, bytes });
    },
    delete: remove,
  };
}
