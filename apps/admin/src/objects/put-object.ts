import type { ConfigurationTransaction, Kind, StoredObject } from '@symbolon/core';
import { refuseObjections } from '../http/objections.ts';
import { judgePreconditions } from '../http/preconditions.ts';
import type { Refusal } from '../http/problem.ts';
import type { AdminDeps } from '../ports.ts';
import { announceChange, type ChangeOrder, readOwner } from './change-order.ts';
import { isSameJson } from './is-same-json.ts';
import type { Draft } from './resource.ts';
import { recordObject } from './view-object.ts';

export interface PutOrder<K extends Kind> extends ChangeOrder<K> {
  readonly draft: Draft<K>;
}

export type PutOutcome<K extends Kind> =
  | { readonly kind: 'create' | 'replace' | 'unchanged'; readonly object: StoredObject<K> }
  | Refusal;

/**
 * Creates or replaces an object. State, preconditions and judgement are read in the transaction that writes, so of
 * two writers who saw the same state one is told that it has passed. What changes nothing is not a change.
 */
export async function putObject<K extends Kind>(
  order: PutOrder<K>,
  deps: Pick<AdminDeps, 'change' | 'policyChanged' | 'now' | 'log'>,
): Promise<PutOutcome<K>> {
  const outcome = await deps.change((transaction) => putInTransaction(order, transaction, deps.now()));
  if (outcome.kind === 'create' || outcome.kind === 'replace') {
    await announceChange(order, outcome.kind, deps);
  }
  return outcome;
}

async function putInTransaction<K extends Kind>(
  order: PutOrder<K>,
  transaction: ConfigurationTransaction,
  nowMs: number,
): Promise<PutOutcome<K>> {
  const { resource, key, draft, principal } = order;
  const ownership = await readOwner(key, transaction);
  if (ownership.kind === 'refused') return ownership;
  const current = await transaction.read(key);
  const { labels, description } = draft;
  const spec = draft.specAfter(current);
  const before = current === null ? null : recordObject(resource, current);
  const after = recordObject(resource, { spec, labels, description });
  const unchanged = current !== null && isSameJson(before, after) ? current : null;
  const unmet = judgePreconditions(order.preconditions, current);
  // What changes nothing needs no If-Match, so that a request may be retried; one that is given must hold all the same.
  if (unmet !== null && (unmet.code !== 'precondition_required' || unchanged === null)) return unmet;
  if (unchanged !== null) return { kind: 'unchanged', object: unchanged };
  const objections = await resource.judgeChange(
    { key, spec, current, owner: ownership.owner, principal },
    transaction,
  );
  if (objections.length > 0) return refuseObjections(objections);

  const operation = current === null ? 'create' : 'replace';
  const written = await transaction.write({ key, spec, labels, description, updatedBy: principal.id, nowMs });
  await draft.writeSecrets({ current, written }, transaction);
  await transaction.recordChange({
    kind: 'change',
    atMs: nowMs,
    requestId: order.requestId,
    principal: principal.id,
    operation,
    object: key,
    epoch: transaction.nextEpoch,
    before,
    after,
  });
  return { kind: operation, object: written };
}
