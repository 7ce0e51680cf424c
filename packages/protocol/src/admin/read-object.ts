import { type JsonPath, type JsonValue, meantWord } from '@symbolon/core';
import { z } from 'zod';
import { issueWords } from './issue-words.ts';
import { jsonPointer } from './json-pointer.ts';
import type { ProblemError } from './problem.ts';

export type ObjectReading<T> =
  | { readonly kind: 'valid'; readonly value: T }
  | { readonly kind: 'invalid'; readonly errors: readonly ProblemError[] };

/** More than anybody mends at once; without it an answer could be many times as long as the body. */
const MAX_ERRORS = 100;

const UNKNOWN_FIELD = 'is an unknown field';

/** Members of what is read that nobody writes. */
const READ_ONLY: ReadonlySet<string> = new Set(['name', 'identitySystem', 'metadata']);

/**
 * Judges a parsed JSON text by a schema and names every problem at once. No error repeats a value of the text, which
 * may be a secret.
 */
export async function readObject<T>(schema: z.ZodType<T>, json: JsonValue): Promise<ObjectReading<T>> {
  const prototypeErrors = findPrototypeMembers(json, []);
  const { parsed, fields } = await parse(schema, json);
  if (parsed.success && prototypeErrors.length === 0) return { kind: 'valid', value: parsed.data };

  return {
    kind: 'invalid',
    errors: describeIssues(parsed.error?.issues ?? [], { fields, prototypeErrors }),
  };
}

function describeIssues(
  issues: readonly z.core.$ZodIssue[],
  { fields, prototypeErrors }: { readonly fields: Fields; readonly prototypeErrors: readonly ProblemError[] },
): readonly ProblemError[] {
  const known = new Set(prototypeErrors.map(({ pointer }) => pointer));
  const schemaErrors = issues
    .values()
    .flatMap((issue) => describeIssue(issue, fields))
    .filter(({ pointer }) => !known.has(pointer))
    // What nobody is told is not described either.
    .take(MAX_ERRORS);
  return [...prototypeErrors, ...schemaErrors].slice(0, MAX_ERRORS);
}

/**
 * Only the members of a parsed JSON text that a schema does not know, whatever else is wrong with it; those in a
 * choice between objects where it is clear which one is meant.
 */
export async function findUnknownFields(
  schema: z.ZodType,
  json: JsonValue,
): Promise<readonly ProblemError[]> {
  const { parsed, fields } = await parse(schema, json);
  const issues = (parsed.error?.issues ?? []).filter(({ code }) => code === 'unrecognized_keys');
  return describeIssues(issues, { fields, prototypeErrors: findPrototypeMembers(json, []) });
}

async function parse<T>(schema: z.ZodType<T>, json: JsonValue) {
  const fields: Fields = new Map();
  const parsed = await schema.safeParseAsync(json, {
    error: (issue) => {
      // Only here is the schema known whose fields they are not.
      if (issue.code === 'unrecognized_keys' && issue.inst instanceof z.ZodObject) {
        fields.set(jsonPointer(issue.path ?? []), Object.keys(issue.inst.shape));
      }
      return issueWords(issue);
    },
  });
  return { parsed, fields };
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

/** The names of the fields that an object may have, by the pointer to it, where it has others. */
type Fields = Map<string, readonly string[]>;

function describeIssue(issue: z.core.$ZodIssue, fields: Fields): Iterable<ProblemError> {
  if (issue.code === 'unrecognized_keys') {
    const known = fields.get(jsonPointer(issue.path)) ?? [];
    return issue.keys.values().map((key) => ({
      pointer: jsonPointer([...issue.path, key]),
      detail:
        issue.path.length === 0 && READ_ONLY.has(key)
          ? 'is read only: leave it out'
          : describeUnknown(key, known),
    }));
  }
  const detail = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [{ pointer: jsonPointer(issue.path), detail }];
}

/** Names the field that was most likely meant, where most of what was written is right. */
function describeUnknown(name: string, known: readonly string[]): string {
  const meant = meantWord(name, known);
  return meant === null ? UNKNOWN_FIELD : `${UNKNOWN_FIELD}. Did you mean ${meant}?`;
}
