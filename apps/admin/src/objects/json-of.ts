import type { JsonValue } from '@symbolon/core';

export type JsonObject = { readonly [member: string]: JsonValue };

/** A spec as the JSON that it is: every spec came out of a JSON body, and holds nothing else. */
export function jsonOf(spec: object): JsonObject {
  return spec as JsonObject;
}
