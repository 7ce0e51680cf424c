import type { AuditQuery } from '@symbolon/core';
import { isStorable } from './storable-text.ts';

/** False for a query that no event can answer: text that is never stored, a time or a cursor that is no number. */
export function canMatch({ filter, afterId }: AuditQuery): boolean {
  if (afterId !== null && !Number.isSafeInteger(afterId)) return false;
  return Object.values(filter).every((value) =>
    typeof value === 'string' ? isStorable(value) : !Number.isNaN(value),
  );
}
