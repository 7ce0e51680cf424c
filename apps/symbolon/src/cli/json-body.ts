import { isJsonObject, type JsonValue, parseJson } from '@symbolon/core';
import type { HttpAnswer } from './send-http.ts';

/** Deeper than anything that the broker takes or makes. */
const MAX_DEPTH = 64;

export interface JsonRecord {
  readonly [member: string]: JsonValue;
}

/** The JSON object that an answer holds, or null. */
export function parseJsonBody({ headers, body }: HttpAnswer): JsonRecord | null {
  if (!/^application\/(?:[a-z.-]+\+)?json\b/.test(headers['content-type'] ?? '')) return null;
  const parsed = parseJson(body, { maxDepth: MAX_DEPTH });
  return parsed.kind === 'parsed' && isJsonObject(parsed.value) ? parsed.value : null;
}
