import { z } from 'zod';
import { type JsonObject, jsonOf } from '../objects/json-of.ts';

/** `input`: as callers write it, with what has a default left out; `output`: as answers have it. */
type Side = 'input' | 'output';

const DIALECT_MEMBERS = ['$schema', '$id', '~standard'];

/** The JSON Schema of one schema, for a place of its own in the document. */
export function schemaOf(schema: z.ZodType, io: Side): JsonObject {
  return bare(z.toJSONSchema(schema, { io, override: (place) => openAnswers(place, io) }));
}

/** The JSON Schemas of named schemas; where one holds another, it refers to it. */
export function componentSchemas(
  schemas: Readonly<Record<string, z.ZodType>>,
  io: Side,
): Readonly<Record<string, JsonObject>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, {
    io,
    uri: (id) => `#/components/schemas/${id}`,
    override: (place) => openAnswers(place, io),
  });
  return Object.fromEntries(
    Object.keys(schemas).map((id) => [id, bare(withAnyJson(made.schemas[id] ?? {}) as object)]),
  );
}

/** An answer may grow, and its readers must bear that. */
function openAnswers({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }, io: Side): void {
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}

/** The one thing that is defined apart is `z.json()`, by its recursion: the schema of any JSON is `{}`. */
function withAnyJson(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withAnyJson);
  if (typeof schema !== 'object' || schema === null) return schema;
  if ('$ref' in schema && String(schema.$ref).includes('/__shared#')) {
    return 'description' in schema ? { description: schema.description } : {};
  }
  return Object.fromEntries(Object.entries(schema).map(([member, value]) => [member, withAnyJson(value)]));
}

function bare(schema: object): JsonObject {
  const kept = Object.entries(schema).filter(([member]) => !DIALECT_MEMBERS.includes(member));
  return jsonOf(Object.fromEntries(kept));
}
