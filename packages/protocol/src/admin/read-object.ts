import type { JsonPath, JsonValue } from '@symbolon/core';
import type { z } from 'zod';
import { jsonPointer } from './json-pointer.ts';
import type { ProblemError } from './problem.ts';

export type ObjectReading<T> =
  | { readonly kind: 'valid'; readonly value: T }
  | { readonly kind: 'invalid'; readonly errors: readonly ProblemError[] };

/** More than anybody mends at once; without it an answer could be many times as long as the body. */
const MAX_ERRORS = 100;

const UNKNOWN_FIELD = 'unknown field';

/** Members of what is read that nobody writes. */
const READ_ONLY: ReadonlySet<string> = new Set(['name', 'identitySystem', 'metadata']);

/**
 * Judges a parsed JSON text by a schema and names every problem at once. No error repeats a value of the text, which
 * may be a secret.
 */
export async function readObject<T>(schema: z.ZodType<T>, json: JsonValue): Promise<ObjectReading<T>> {
  const prototypeErrors = findPrototypeMembers(json, []);
  const parsed = await schema.safeParseAsync(json, {
    error: ({ code, input }) => (code === 'invalid_type' && input === undefined ? 'is required' : undefined),
  });
  if (parsed.success && prototypeErrors.length === 0) return { kind: 'valid', value: parsed.data };

  const known = new Set(prototypeErrors.map(({ pointer }) => pointer));
  const schemaErrors = (parsed.error?.issues ?? []).flatMap(describeIssue);
  const errors = [...prototypeErrors, ...schemaErrors.filter(({ pointer }) => !known.has(pointer))];
  return { kind: 'invalid', errors: errors.slice(0, MAX_ERRORS) };
}

/** Members that would reach an object's prototype; schemas of records pass over them in silence. */
function findPrototypeMembers(json: JsonValue, path: JsonPath): readonly ProblemError[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([name, value]) => {
    const at = [...path, name];
    return name === '__proto__'
      ? [{ pointer: jsonPointer(at), detail: UNKNOWN_FIELD }]
      : findPrototypeMembers(value, at);
  });
}

function describeIssue(issue: z.core.$ZodIssue): readonly ProblemError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: jsonPointer([...issue.path, key]),
      detail: issue.path.length === 0 && READ_ONLY.has(key) ? 'is read only: leave it out' : UNKNOWN_FIELD,
    }));
  }
  const detail = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [{ pointer: jsonPointer(issue.path), detail }];
}
