import type { Kind, StoredObject } from '@symbolon/core';
import type { JsonObject } from './json-of.ts';
import type { Resource } from './resource.ts';

/** An object as readers see it: its name and owner, its spec, and what is read only. */
export function viewObject<K extends Kind>(resource: Resource<K>, object: StoredObject<K>): JsonObject {
  const { key, metadata } = object;
  return {
    name: key.name,
    ...(key.identitySystem === null ? {} : { identitySystem: key.identitySystem }),
    ...recordObject(resource, object),
    metadata: {
      createdAt: new Date(metadata.createdAtMs).toISOString(),
      updatedAt: new Date(metadata.updatedAtMs).toISOString(),
      updatedBy: metadata.updatedBy,
      epoch: metadata.epoch.number,
    },
  };
}

/** What the audit trail keeps of an object: all that somebody wrote, but its secrets. */
export function recordObject<K extends Kind>(
  resource: Resource<K>,
  object: Pick<StoredObject<K>, 'spec' | 'labels' | 'description'>,
): JsonObject {
  return { ...resource.viewSpec(object.spec), labels: object.labels, description: object.description };
}
