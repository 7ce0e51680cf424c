import type { Principal, TombstoneKey } from '@symbolon/core';
import type { AdminDeps } from '../ports.ts';
import { viewTombstone } from './view-tombstone.ts';

export interface ReleaseOrder {
  readonly key: TombstoneKey;
  readonly principal: Principal;
  readonly requestId: string;
  readonly traceId: string | null;
}

/**
 * Takes a tombstone away, with its audit event, so that its name may be used again; false where there is none. No
 * policy changes by it: what is released is named by nothing that is in force.
 */
export async function releaseTombstone(
  { key, principal, requestId, traceId }: ReleaseOrder,
  deps: Pick<AdminDeps, 'change' | 'now' | 'log'>,
): Promise<boolean> {
  const isReleased = await deps.change(async (transaction) => {
    const tombstone = await transaction.readTombstone(key);
    if (tombstone === null) return false;
    await transaction.deleteTombstone(key);
    await transaction.recordChange({
      kind: 'change',
      atMs: deps.now(),
      requestId,
      traceId,
      principal: principal.id,
      operation: 'release',
      object: { kind: key.kind, identitySystem: tombstone.identitySystem, name: key.name },
      epoch: transaction.nextEpoch,
      before: viewTombstone(tombstone),
      after: null,
    });
    return true;
  });
  if (isReleased) {
    deps.log.info({ requestId, traceId, principal: principal.id, ...key }, 'tombstone released');
  }
  return isReleased;
}
