import type { Tombstone } from '@symbolon/core';
import type { JsonObject } from '../objects/json-of.ts';

/** A tombstone as it is read, and as the audit trail keeps it once it is released. */
export function viewTombstone(tombstone: Tombstone): JsonObject {
  const { key, identitySystem, identityDomain, deletedAtMs, deletedBy, epoch } = tombstone;
  return {
    kind: key.kind,
    name: key.name,
    identitySystem,
    identityDomain,
    deletedAt: new Date(deletedAtMs).toISOString(),
    deletedBy,
    epoch: { number: epoch.number, id: epoch.id },
  };
}
