import { isJsonObject, type JsonValue } from '@symbolon/core';
import type { JsonRecord } from './json-body.ts';
import type { ListedKind } from './kinds.ts';

/** An object as the files of `apply` have it, and `metadata`, which `apply` passes over. */
export interface ShownObject {
  readonly kind: ListedKind;
  readonly name: string;
  readonly identitySystem?: string;
  readonly labels?: JsonValue;
  readonly description?: JsonValue;
  readonly spec: JsonRecord;
  readonly metadata?: JsonValue;
}

/** Turns what the admin API shows into what `apply` reads, so that what was got can be changed and applied. */
export function showObject(kind: ListedKind, view: JsonRecord): ShownObject {
  const { name, identitySystem, labels, description, metadata, ...spec } = view;
  return {
    kind,
    name: typeof name === 'string' ? name : '',
    ...(typeof identitySystem === 'string' ? { identitySystem } : {}),
    ...(isJsonObject(labels) && Object.keys(labels).length > 0 ? { labels } : {}),
    ...(description === undefined || description === '' ? {} : { description }),
    spec,
    ...(metadata === undefined ? {} : { metadata }),
  };
}
