import { isJsonObject, type JsonValue, type Kind } from '@symbolon/core';
import { findUnknownFields } from '@symbolon/protocol';
import { refuse } from '../http/problem.ts';
import type { AdminDeps } from '../ports.ts';
import type { ChangeOrder } from './change-order.ts';
import { mergePatch } from './merge-patch.ts';
import { type PutOutcome, putObject } from './put-object.ts';

/**
 * Merges a patch (RFC 7396) into an object as somebody would write it, and then does what a PUT of the result does.
 * The object must not change meanwhile, whatever If-Match says: the patch was not made for what it would be by then.
 */
export async function patchObject<K extends Kind>(
  order: ChangeOrder<K>,
  patch: JsonValue,
  deps: Pick<AdminDeps, 'read' | 'change' | 'policyChanged' | 'now' | 'log'>,
): Promise<PutOutcome<K>> {
  if (!isJsonObject(patch)) return isNoPatch;
  const { resource, key } = order;
  const base = await deps.read(key);
  if (base === null) return refuse('not_found');
  const { spec, labels, description } = base;
  // A null for a field that no such object has removes nothing, and would be passed over in silence.
  const shown = { ...resource.viewSpec(spec), labels, description };
  const unknown = await findUnknownFields(resource.schema, mergePatch(shown, patch, true));
  if (unknown.length > 0) return refuse('invalid_body', { errors: unknown });
  const written = { ...resource.writtenSpec(spec), labels, description };
  const body = resource.clearSecrets(mergePatch(written, patch), patch);
  const reading = await resource.readDraft(body, key.name);
  return reading.kind === 'refused' ? reading : putObject({ ...order, draft: reading.draft, base }, deps);
}

const isNoPatch = refuse('invalid_body', {
  errors: [
    { pointer: '', detail: 'must be an object: a merge patch of another type would replace it whole' },
  ],
});
