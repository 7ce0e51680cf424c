import type { ConfigurationTransaction, Kind, ObjectKey, Principal, StoredObject } from '@symbolon/core';
import { faultFields } from '../http/fault.ts';
import type { Preconditions } from '../http/preconditions.ts';
import { type Refusal, refuse } from '../http/problem.ts';
import type { AdminDeps } from '../ports.ts';
import type { Resource } from './resource.ts';

/** Who wants to change which object, and in which state of it. */
export interface ChangeOrder<K extends Kind> {
  readonly resource: Resource<K>;
  readonly key: ObjectKey<K>;
  readonly principal: Principal;
  readonly requestId: string;
  readonly traceId: string | null;
  readonly preconditions: Preconditions;
  /** Everything is judged, and nothing is written. */
  readonly isDryRun: boolean;
}

/** The identity system that owns an object; null where the kind has no owner. */
export async function readOwner(
  { identitySystem }: ObjectKey,
  transaction: Pick<ConfigurationTransaction, 'read'>,
): Promise<{ readonly kind: 'owner'; readonly owner: StoredObject<'IdentitySystem'> | null } | Refusal> {
  if (identitySystem === null) return { kind: 'owner', owner: null };
  const key = { kind: 'IdentitySystem', identitySystem: null, name: identitySystem } as const;
  const owner = await transaction.read(key);
  return owner === null
    ? refuse('not_found', { detail: 'there is no such identity system' })
    : { kind: 'owner', owner };
}

/**
 * Lets what was committed take effect before it is acknowledged. The change stands even where that fails: then the
 * process follows no policy at all until it reads the new one, so the acknowledgement is still true.
 */
export async function announceChange(
  { key, principal, requestId, traceId }: ChangeOrder<Kind>,
  operation: 'create' | 'replace' | 'delete',
  deps: Pick<AdminDeps, 'policyChanged' | 'log'>,
): Promise<void> {
  const fields = { requestId, traceId, operation, principal: principal.id, ...key };
  deps.log.info(fields, 'configuration changed');
  try {
    await deps.policyChanged();
  } catch (error) {
    deps.log.error({ ...fields, ...faultFields(error) }, 'the changed configuration is not in force yet');
  }
}
