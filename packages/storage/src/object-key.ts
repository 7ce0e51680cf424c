import { type Kind, type ObjectKey, UnavailableError } from '@symbolon/core';

/** The kinds whose objects belong to an identity system; their keys name it, and those of the others name none. */
const OWNED_KINDS: ReadonlySet<Kind> = new Set<Kind>(['Target', 'MappingRule']);

/** Throws `UnavailableError('internal_error')` for a key that no object can have. */
export function assertObjectKey(key: ObjectKey): void {
  if (OWNED_KINDS.has(key.kind) === (key.identitySystem === null)) {
    throw new UnavailableError('internal_error', `a ${key.kind} key with the wrong owner`);
  }
}

/** One text for each key, and none for two. */
export function idOf({ kind, identitySystem, name }: ObjectKey): string {
  return JSON.stringify([kind, identitySystem, name]);
}
