import { isJsonObject, type JsonValue, parseJson } from '@symbolon/core';
import type { HttpsAnswer } from '../http/https-get.ts';
import type { FetchedJwks } from './ports.ts';

const MEDIA_TYPES: ReadonlySet<string> = new Set(['application/jwk-set+json', 'application/json']);
const MAX_KEYS = 100;
const MAX_AGE = /(?:^|,)\s*max-age=(\d{1,9})\s*(?:,|$)/i;

export type JwksAnswer =
  | { readonly kind: 'jwks'; readonly jwks: FetchedJwks }
  /** For operators; nothing of the answer but its status. */
  | { readonly kind: 'failed'; readonly why: string };

/** Reads an answer as a JWK Set (RFC 7517 §5), or says why it is none. */
export function readJwksAnswer(answer: HttpsAnswer): JwksAnswer {
  if (answer.kind === 'failed') return answer;
  const { status, contentType, cacheControl, body } = answer;
  if (status === 401 || status === 403) return failed(`it refused our credential (HTTP ${status})`);
  if (status !== 200) return failed(`it answered HTTP ${status}`);
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!MEDIA_TYPES.has(mediaType)) return failed('it answered with another media type than JSON');

  const document = parseBody(body);
  if (!isJsonObject(document)) return failed('its answer is no JSON object');
  const { keys } = document;
  if (!Array.isArray(keys) || !keys.every(isJsonObject)) return failed('its answer is no set of keys');
  if (keys.length > MAX_KEYS) return failed(`it answered with more than ${MAX_KEYS} keys`);
  const maxAge = MAX_AGE.exec(cacheControl)?.[1];
  return {
    kind: 'jwks',
    jwks: { keys, ...(maxAge !== undefined && { maxAgeSeconds: Number(maxAge) }) },
  };
}

function parseBody(body: Uint8Array): JsonValue {
  try {
    const parsed = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return parsed.kind === 'parsed' ? parsed.value : null;
  } catch {
    return null;
  }
}

function failed(why: string): JwksAnswer {
  return { kind: 'failed', why };
}
