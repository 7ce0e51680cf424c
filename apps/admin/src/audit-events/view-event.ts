import type { RecordedEvent } from '@symbolon/core';
import { type JsonObject, jsonOf } from '../objects/json-of.ts';

/** A recorded event as readers see it: with its id, and with times as texts. */
export function viewEvent({ id, event }: RecordedEvent): JsonObject {
  const { atMs, ...rest } = event;
  const at = timeOf(atMs);
  if (rest.kind !== 'refusals') return { id, at, ...jsonOf(rest) };
  const { sinceMs, ...counted } = rest;
  return { id, at, since: timeOf(sinceMs), ...jsonOf(counted) };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
