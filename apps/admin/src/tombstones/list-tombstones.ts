import { isAudience, type ReadTombstones, type TombstoneKey, type TombstoneKind } from '@symbolon/core';
import { PAGE_PARAMETERS, type Page, pageOf, readWindow } from '../http/page.ts';
import { type Refusal, refuse } from '../http/problem.ts';
import { readQuery } from '../http/query.ts';
import type { JsonObject } from '../objects/json-of.ts';
import { viewTombstone } from './view-tombstone.ts';

const KINDS = ['Audience', 'Cluster', 'IdentitySystem'] as const satisfies readonly TombstoneKind[];

/** One page of them, in byte order of kind and name. */
export async function listTombstones(
  url: string,
  configuration: Pick<ReadTombstones, 'listTombstones'>,
): Promise<({ readonly kind: 'page' } & Page<JsonObject>) | Refusal> {
  const query = readQuery(url, [...PAGE_PARAMETERS, 'kind']);
  if (query.kind === 'refused') return query;
  const filter = query.values.get('kind');
  const kind = filter === undefined ? null : (KINDS.find((known) => known === filter) ?? 'unknown');
  if (kind === 'unknown') {
    return refuse('invalid_request', { detail: `kind must be one of ${KINDS.join(', ')}` });
  }
  const list = `Tombstone ${kind ?? ''}`;
  const window = readWindow(query.values, { list, isPosition: (text) => keyOf(text) !== null });
  if (window.kind === 'refused') return window;

  const { limit } = window;
  const after = window.after === null ? null : keyOf(window.after);
  const found = await configuration.listTombstones({ kind, after, limit: limit + 1 });
  const { items, nextCursor } = pageOf(found, limit, { list, positionOf: ({ key }) => positionOf(key) });
  return { kind: 'page', items: items.map(viewTombstone), nextCursor };
}

function positionOf({ kind, name }: TombstoneKey): string {
  return `${kind} ${name}`;
}

/** No name holds a space. */
function keyOf(position: string): TombstoneKey | null {
  const [first, name = ''] = position.split(' ', 2);
  const kind = KINDS.find((known) => known === first);
  return kind !== undefined && isAudience(name) && position === positionOf({ kind, name })
    ? { kind, name }
    : null;
}
