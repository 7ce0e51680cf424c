import type { ConfigurationTransaction, JsonValue, Kind, StoredObject } from '@symbolon/core';
import { entityTagOf } from '../http/entity-tag.ts';
import { refuseObjections } from '../http/objections.ts';
import { judgePreconditions } from '../http/preconditions.ts';
import { type Refusal, refuse } from '../http/problem.ts';
import type { AdminDeps } from '../ports.ts';
import { announceChange, type ChangeOrder, readOwner } from './change-order.ts';
import { isSameJson } from './is-same-json.ts';
import { leaveTombstones } from './leave-tombstones.ts';
import type { Draft } from './resource.ts';
import { recordObject } from './view-object.ts';

export interface PutOrder<K extends Kind> extends ChangeOrder<K> {
  readonly draft: Draft<K>;
  /** What the draft was made from; then the object must still be in this state. */
  readonly base?: StoredObject<K>;
}

export type PutOutcome<K extends Kind> =
  | {
      readonly kind: 'create' | 'replace' | 'unchanged';
      readonly object: StoredObject<K>;
      /** Of what is stored afterwards: in a dry run what was there before, null where there was nothing. */
      readonly entityTag: string | null;
    }
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
  if (!order.isDryRun && (outcome.kind === 'create' || outcome.kind === 'replace')) {
    await announceChange(order, outcome.kind, deps);
  }
  return outcome;
}

async function putInTransaction<K extends Kind>(
  order: PutOrder<K>,
  transaction: ConfigurationTransaction,
  nowMs: number,
): Promise<PutOutcome<K>> {
  const { resource, key, draft, base, principal } = order;
  const ownership = await readOwner(key, transaction);
  if (ownership.kind === 'refused') return ownership;
  const current = await transaction.read(key);
  if (base !== undefined && current === null) return refuse('not_found');
  const { labels, description } = draft;
  const spec = draft.specAfter(current);
  const before = current === null ? null : recordObject(resource, current);
  const after = recordObject(resource, { spec, labels, description });
  const unchanged = current !== null && isSameJson(before, after) ? current : null;
  const unmet = judgePreconditions(order.preconditions, current);
  // What changes nothing needs no If-Match, so that a request may be retried; one that is given must hold all the same.
  if (unmet !== null && (unmet.code !== 'precondition_required' || unchanged === null)) return unmet;
  if (hasMoved(base, current)) return movedMeanwhile;
  if (unchanged !== null) {
    return { kind: 'unchanged', object: unchanged, entityTag: entityTagOf(unchanged) };
  }
  const objections = await resource.judgeChange(
    { key, spec, current, owner: ownership.owner, principal },
    transaction,
  );
  if (objections.length > 0) return refuseObjections(objections);
  const proposed = { current, spec, before, after };
  return order.isDryRun
    ? previewPut(order, proposed, { epoch: transaction.nextEpoch, nowMs })
    : writePut(order, proposed, { transaction, nowMs });
}

/** What passed every judgement. */
interface Proposed<K extends Kind> {
  readonly current: StoredObject<K> | null;
  readonly spec: StoredObject<K>['spec'];
  readonly before: JsonValue;
  readonly after: JsonValue;
}

async function writePut<K extends Kind>(
  { resource, key, draft, principal, requestId, traceId }: PutOrder<K>,
  { current, spec, before, after }: Proposed<K>,
  { transaction, nowMs }: { readonly transaction: ConfigurationTransaction; readonly nowMs: number },
): Promise<PutOutcome<K>> {
  const { labels, description } = draft;
  const change = { key, before: current?.spec ?? null, after: spec };
  const tombstones = await resource.tombstones(change, transaction);
  await leaveTombstones(tombstones, transaction, { deletedAtMs: nowMs, deletedBy: principal.id });
  const written = await transaction.write({ key, spec, labels, description, updatedBy: principal.id, nowMs });
  await draft.writeSecrets({ current, written }, transaction);
  const operation = current === null ? 'create' : 'replace';
  await transaction.recordChange({
    kind: 'change',
    atMs: nowMs,
    requestId,
    traceId,
    principal: principal.id,
    operation,
    object: key,
    epoch: transaction.nextEpoch,
    before,
    after,
  });
  return { kind: operation, object: written, entityTag: entityTagOf(written) };
}

/** The object as it would be read. Its epoch is the one that the change would have now. */
function previewPut<K extends Kind>(
  { key, draft, principal }: PutOrder<K>,
  { current, spec }: Proposed<K>,
  { epoch, nowMs }: { readonly epoch: StoredObject['metadata']['epoch']; readonly nowMs: number },
): PutOutcome<K> {
  const { labels, description } = draft;
  const createdAtMs = current?.metadata.createdAtMs ?? nowMs;
  const metadata = { createdAtMs, updatedAtMs: nowMs, updatedBy: principal.id, epoch };
  return {
    kind: current === null ? 'create' : 'replace',
    object: { key, spec, labels, description, metadata },
    entityTag: current === null ? null : entityTagOf(current),
  };
}

function hasMoved(base: StoredObject | undefined, current: StoredObject | null): boolean {
  return base !== undefined && current !== null && entityTagOf(base) !== entityTagOf(current);
}

const movedMeanwhile = refuse('precondition_failed', {
  detail: 'the object was changed while the patch was merged into it: send it again',
});
