import { isJsonObject } from '@symbolon/core';
import type { ReadRepresentation } from '../http/get-representation.ts';
import type { HttpsAnswer } from '../http/https-get.ts';
import type { Jwk } from './ports.ts';
import { readJsonAnswer } from './read-json-answer.ts';

const MAX_KEYS = 100;

/** Reads an answer as a JWK Set (RFC 7517 §5), or says why it is none. */
export function readJwksAnswer(
  answer: Extract<HttpsAnswer, { kind: 'answered' }>,
): ReadRepresentation<readonly Jwk[]> {
  const document = readJsonAnswer(answer);
  if (document.kind === 'failed') return document;
  const { keys } = document.value;
  if (!Array.isArray(keys) || !keys.every(isJsonObject)) return failed('its answer is no set of keys');
  if (keys.length > MAX_KEYS) return failed(`it answered with more than ${MAX_KEYS} keys`);
  return { kind: 'read', value: keys };
}

function failed(why: string) {
  return { kind: 'failed', why } as const;
}
