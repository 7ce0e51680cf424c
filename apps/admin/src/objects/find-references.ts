import type { Kind, ObjectKey, ObjectsInTheWay, StoredObject } from '@symbolon/core';

const MAX_COUNTED = 1000;
const MAX_NAMED = 10;

export interface ReferenceSearch<K extends Kind> {
  readonly kind: K;
  readonly objects: AsyncIterable<StoredObject<K>>;
  isReference(object: StoredObject<K>): boolean;
  nameOf(key: ObjectKey<K>): string;
}

/** Those of the objects that are references: how many, up to a bound, and the first of their names. */
export async function findReferences<K extends Kind & ObjectsInTheWay['kind']>({
  kind,
  objects,
  isReference,
  nameOf,
}: ReferenceSearch<K>): Promise<ObjectsInTheWay> {
  const names: string[] = [];
  let count = 0;
  for await (const object of objects) {
    if (!isReference(object)) continue;
    if (count === MAX_COUNTED) return { kind, count, isMore: true, names };
    count += 1;
    if (names.length < MAX_NAMED) names.push(nameOf(object.key));
  }
  return { kind, count, isMore: false, names };
}
