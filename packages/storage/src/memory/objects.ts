import {
  compareByteOrder,
  type Kind,
  type ListQuery,
  type ObjectKey,
  type StoredObject,
} from '@symbolon/core';
import { idOf } from '../object-key.ts';

/** Every object of the configuration, by `idOf` its key. */
export type MemoryObjects = ReadonlyMap<string, StoredObject>;

export function objectAt<K extends Kind>(objects: MemoryObjects, key: ObjectKey<K>): StoredObject<K> | null {
  const object = objects.get(idOf(key));
  return object !== undefined && isOfKind(object, key.kind) ? object : null;
}

/** In the order of their keys. */
export function objectsOfKind<K extends Kind>(objects: MemoryObjects, kind: K): readonly StoredObject<K>[] {
  return [...objects.values()].filter((object) => isOfKind(object, kind)).toSorted(byKey);
}

export function listObjects<K extends Kind>(
  objects: MemoryObjects,
  { kind, identitySystem, after, limit, labels }: ListQuery<K>,
): readonly StoredObject<K>[] {
  return objectsOfKind(objects, kind)
    .filter(({ key }) => key.identitySystem === identitySystem)
    .filter(({ key }) => after === null || compareByteOrder(key.name, after) > 0)
    .filter((object) => carries(object, labels ?? {}))
    .slice(0, limit);
}

export function targetOfAudience(objects: MemoryObjects, audience: string): ObjectKey<'Target'> | null {
  const targets = objectsOfKind(objects, 'Target');
  return targets.find(({ spec }) => spec.audiences.includes(audience))?.key ?? null;
}

function carries({ labels }: StoredObject, wanted: { readonly [name: string]: string }): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => Object.hasOwn(labels, name) && labels[name] === value,
  );
}

function isOfKind<K extends Kind>(object: StoredObject, kind: K): object is StoredObject<K> {
  return object.key.kind === kind;
}

function byKey({ key: left }: StoredObject, { key: right }: StoredObject): number {
  return (
    compareByteOrder(left.identitySystem ?? '', right.identitySystem ?? '') ||
    compareByteOrder(left.name, right.name)
  );
}
