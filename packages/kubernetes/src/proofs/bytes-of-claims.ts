import type { JsonValue } from '@symbolon/core';

/** Four characters of a token are three of text, and one beyond Latin-1 makes each of its string take two bytes. */
const BYTES_A_CHARACTER = 1.5;
/** Of a value beside its text: as much as an empty object takes, which is four characters of a token with its comma. */
const VALUE_BYTES = 64;

/**
 * About what the claims of a token of `compactLength` characters take in memory. Their length alone says little of it: whoever
 * holds a cluster's keys can sign a token of nothing but brackets, which takes eight times what a long name does.
 */
export function bytesOfClaims(claims: JsonValue, compactLength: number): number {
  return BYTES_A_CHARACTER * compactLength + VALUE_BYTES * valuesIn(claims);
}

/** `parseSubjectToken` bounds how deep claims are. */
function valuesIn(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + valuesIn(inner), 1);
}
