import type { ConfigurationTransaction, Kind } from '@symbolon/core';
import { refuseObjections } from '../http/objections.ts';
import { judgePreconditions } from '../http/preconditions.ts';
import { type Refusal, refuse } from '../http/problem.ts';
import type { AdminDeps } from '../ports.ts';
import { announceChange, type ChangeOrder } from './change-order.ts';
import { leaveTombstones } from './leave-tombstones.ts';
import { recordObject } from './view-object.ts';

export type DeleteOutcome = { readonly kind: 'deleted' } | Refusal;

/** Deletes an object in the state that the caller has seen. */
export async function deleteObject<K extends Kind>(
  order: ChangeOrder<K>,
  deps: Pick<AdminDeps, 'change' | 'policyChanged' | 'now' | 'log'>,
): Promise<DeleteOutcome> {
  const outcome = await deps.change((transaction) => deleteInTransaction(order, transaction, deps.now()));
  if (outcome.kind === 'deleted' && !order.isDryRun) await announceChange(order, 'delete', deps);
  return outcome;
}

async function deleteInTransaction<K extends Kind>(
  { resource, key, principal, requestId, traceId, preconditions, isDryRun }: ChangeOrder<K>,
  transaction: ConfigurationTransaction,
  nowMs: number,
): Promise<DeleteOutcome> {
  const current = await transaction.read(key);
  if (current === null) return refuse('not_found');
  const unmet = judgePreconditions(preconditions, current);
  if (unmet !== null) return unmet;
  const objections = await resource.judgeDeletion(current, principal, transaction);
  if (objections.length > 0) return refuseObjections(objections);
  if (isDryRun) return { kind: 'deleted' };

  const tombstones = await resource.tombstones({ key, before: current.spec, after: null }, transaction);
  await leaveTombstones(tombstones, transaction, { deletedAtMs: nowMs, deletedBy: principal.id });
  await transaction.delete(key);
  await transaction.recordChange({
    kind: 'change',
    atMs: nowMs,
    requestId,
    traceId,
    principal: principal.id,
    operation: 'delete',
    object: key,
    epoch: transaction.nextEpoch,
    before: recordObject(resource, current),
    after: null,
  });
  return { kind: 'deleted' };
}
