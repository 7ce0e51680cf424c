import type { Kind, ReadConfiguration, StoredObject } from '@symbolon/core';
import { type Refusal, refuse } from '../http/problem.ts';
import { readQuery } from '../http/query.ts';
import { readOwner } from './change-order.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

export interface Page<K extends Kind> {
  readonly kind: 'page';
  readonly objects: readonly StoredObject<K>[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** One page of a collection, in byte order of names. */
export async function listObjects<K extends Kind>(
  collection: { readonly kind: K; readonly identitySystem: string | null },
  url: string,
  configuration: ReadConfiguration,
): Promise<Page<K> | Refusal> {
  const window = readWindow(url);
  if (window.kind === 'refused') return window;
  const ownership = await readOwner({ ...collection, name: '' }, configuration);
  if (ownership.kind === 'refused') return ownership;

  const { after, limit } = window;
  // One more than asked for says whether there is a next page.
  const found = await configuration.list({ ...collection, after, limit: limit + 1 });
  const objects = found.slice(0, limit);
  const last = objects.at(-1);
  const nextCursor = found.length > limit && last !== undefined ? encodeCursor(last.key.name) : null;
  return { kind: 'page', objects, nextCursor };
}

function readWindow(
  url: string,
): { readonly kind: 'window'; readonly limit: number; readonly after: string | null } | Refusal {
  const query = readQuery(url, ['limit', 'cursor']);
  if (query.kind === 'refused') return query;
  const limit = query.values.get('limit') ?? String(DEFAULT_LIMIT);
  if (!/^[1-9]\d{0,3}$/.test(limit) || Number(limit) > MAX_LIMIT) {
    return refuse('invalid_request', { detail: `limit must be 1 to ${MAX_LIMIT}` });
  }
  const cursor = query.values.get('cursor');
  const after = cursor === undefined ? null : decodeCursor(cursor);
  if (cursor !== undefined && after === null) {
    return refuse('invalid_request', { detail: 'cursor must be the nextCursor of a page of this list' });
  }
  return { kind: 'window', limit: Number(limit), after };
}
