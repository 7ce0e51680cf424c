import type { Objection } from './objection.ts';
import type { StoredObject } from './stored-object.ts';
import type { Tombstone } from './tombstone.ts';

/**
 * Judges whether a name may be taken: what was deleted is not made again by anybody, in another form least of all,
 * for relying parties still know it. `current` is what has the name now.
 */
export function judgeName(current: StoredObject | null, tombstone: Tombstone | null): Objection[] {
  return current === null && tombstone !== null ? [{ code: 'name_tombstoned', path: [] }] : [];
}
