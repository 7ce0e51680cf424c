import { isJsonObject, type JsonValue, parseJson } from '@symbolon/core';
import type { ReadRepresentation } from '../http/get-representation.ts';
import type { HttpsAnswer } from '../http/https-get.ts';

const MEDIA_TYPES: ReadonlySet<string> = new Set(['application/jwk-set+json', 'application/json']);

/** Reads an answer as one JSON object, or says why it is none. */
export function readJsonAnswer(
  answer: Extract<HttpsAnswer, { kind: 'answered' }>,
): ReadRepresentation<{ readonly [member: string]: JsonValue }> {
  const { status, contentType, body } = answer;
  if (status === 401 || status === 403) return failed(`it refused our credential (HTTP ${status})`);
  if (status !== 200) return failed(`it answered HTTP ${status}`);
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!MEDIA_TYPES.has(mediaType)) return failed('it answered with another media type than JSON');
  const document = parseBody(body);
  return isJsonObject(document) ? { kind: 'read', value: document } : failed('its answer is no JSON object');
}

function parseBody(body: Uint8Array): JsonValue {
  try {
    const parsed = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return parsed.kind === 'parsed' ? parsed.value : null;
  } catch {
    return null;
  }
}

function failed(why: string) {
  return { kind: 'failed', why } as const;
}
