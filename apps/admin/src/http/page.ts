import { decodeCursor, encodeCursor } from './cursor.ts';
import { type Refusal, refuse } from './problem.ts';

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1000;

/** The parameters that every list has. */
export const PAGE_PARAMETERS = ['limit', 'cursor'] as const;

/** Which list it is, with its filters, and what a position in it looks like. */
export interface ListIdentity {
  /** Without a line feed; the same for every page of one list, and for no other list. */
  readonly list: string;
  isPosition(text: string): boolean;
}

/** What of a list is asked for. */
export interface PageWindow {
  readonly kind: 'window';
  readonly limit: number;
  /** The position of the last entry of the page before; null: from the first. */
  readonly after: string | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

export function readWindow(
  values: ReadonlyMap<string, string>,
  { list, isPosition }: ListIdentity,
): PageWindow | Refusal {
  const limit = values.get('limit') ?? String(DEFAULT_LIMIT);
  if (!/^[1-9]\d{0,3}$/.test(limit) || Number(limit) > MAX_LIMIT) {
    return refuse('invalid_request', { detail: `limit must be 1 to ${MAX_LIMIT}` });
  }
  const cursor = values.get('cursor');
  if (cursor === undefined) return { kind: 'window', limit: Number(limit), after: null };
  const after = decodeCursor(list, cursor);
  if (after === null || !isPosition(after)) {
    return refuse('invalid_request', {
      detail: 'cursor must be the nextCursor of a page of this very list, with the same filters',
    });
  }
  return { kind: 'window', limit: Number(limit), after };
}

/** Cuts what was found to a page; one entry more than `limit` says that there is a next one. */
export function pageOf<T>(
  found: readonly T[],
  limit: number,
  cursor: { readonly list: string; positionOf(item: T): string },
): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const hasNext = found.length > limit && last !== undefined;
  return { items, nextCursor: hasNext ? encodeCursor(cursor.list, cursor.positionOf(last)) : null };
}
