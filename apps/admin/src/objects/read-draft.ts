import type { JsonValue, Kind, SpecByKind } from '@symbolon/core';
import { readObject } from '@symbolon/protocol';
import type { z } from 'zod';
import { type Refusal, refuse } from '../http/problem.ts';
import { type Draft, noSecrets } from './resource.ts';

interface CommonBody {
  readonly labels: { readonly [name: string]: string };
  readonly description: string;
}

/** Judges a body by its schema and hands it on. */
export async function readBodyAs<Body, Made>(
  schema: z.ZodType<Body>,
  json: JsonValue,
  make: (body: Body) => Made | Promise<Made>,
): Promise<Made | Refusal> {
  const reading = await readObject(schema, json);
  return reading.kind === 'valid' ? make(reading.value) : refuse('invalid_body', { errors: reading.errors });
}

/** The draft of a kind whose body is its spec with labels and description, and nothing kept apart. */
export function plainDraft<K extends Kind>({ labels, description }: CommonBody, spec: SpecByKind[K]) {
  const draft: Draft<K> = { labels, description, specAfter: () => spec, writeSecrets: noSecrets };
  return { kind: 'draft', draft } as const;
}
