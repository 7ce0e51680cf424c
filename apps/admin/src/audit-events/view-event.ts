import type { RecordedEvent } from '@symbolon/core';
import { type JsonObject, jsonOf } from '../objects/json-of.ts';

/** A recorded event as readers see it: with its id, and with times as texts. */
export function viewEvent({ id, event }: RecordedEvent): JsonObject {
  const { atMs, ...rest } = event;
  const at = timeOf(atMs);
  switch (rest.kind) {
    case 'refusals': {
      const { sinceMs, ...counted } = rest;
      return { id, at, since: timeOf(sinceMs), ...jsonOf(counted) };
    }
    case 'access': {
      const { expiresAtMs, ...given } = rest;
      return { id, at, ...jsonOf(given), expiresAt: timeOf(expiresAtMs) };
    }
    default:
      return { id, at, ...jsonOf(rest) };
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
