import type { JsonValue } from '@symbolon/core';
import { isJsonObject } from '@symbolon/core';
import type { JsonObject } from '../objects/json-of.ts';

/**
 * The schema of a merge patch (RFC 7396) of what a schema describes: every member may be left out, and be null, which
 * takes it away; a list is replaced as a whole.
 */
export function mergePatchSchemaOf(schema: JsonObject): JsonObject {
  const { required: _, default: __, properties, oneOf, ...rest } = schema;
  return {
    ...rest,
    ...(isJsonObject(properties) ? { properties: mapMembers(properties, nullable) } : {}),
    // Without what is required, the forms are not told apart any more.
    ...(Array.isArray(oneOf) ? { anyOf: oneOf.map((form: JsonObject) => mergePatchSchemaOf(form)) } : {}),
  };
}

function nullable(schema: JsonValue): JsonValue {
  const { description, ...patched } = mergePatchSchemaOf(schema as JsonObject);
  return { ...(description === undefined ? {} : { description }), anyOf: [patched, { type: 'null' }] };
}

function mapMembers(object: JsonObject, map: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
}
