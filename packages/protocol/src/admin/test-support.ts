import type { JsonValue } from '@symbolon/core';
import type { z } from 'zod';
import { readObject } from './read-object.ts';

/** The pointers of everything that is wrong with a body, each once, in order; empty for a valid one. */
export async function problemsOf(schema: z.ZodType, body: unknown): Promise<readonly string[]> {
  const reading = await readObject(schema, JSON.parse(JSON.stringify(body)) as JsonValue);
  return reading.kind === 'valid'
    ? []
    : [...new Set(reading.errors.map(({ pointer }) => pointer))].toSorted();
}

export async function detailsOf(schema: z.ZodType, body: unknown): Promise<readonly string[]> {
  const reading = await readObject(schema, JSON.parse(JSON.stringify(body)) as JsonValue);
  return reading.kind === 'valid' ? [] : reading.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`);
}

/** Spellings that look like `api`, or that some reader takes for it, and are not. */
export const LOOK_ALIKES = [
  'API',
  'Api',
  ' api',
  'api ',
  'api\n',
  'ap\u0069\u0307',
  '\u0430pi',
  '\uff41\uff50\uff49',
  'a\u200bpi',
  'api\u0000',
  '\u202eipa',
  'a%70i',
];
