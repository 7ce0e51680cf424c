import { expect, test } from 'vitest';
import { z } from 'zod';
import { componentSchemas, schemaOf } from './json-schema.ts';

const inner = z.strictObject({ a: z.string().default('x') });

test('a body refuses what it does not know and has its defaults left out; an answer may grow', () => {
  expect(schemaOf(inner, 'input')).toEqual({
    type: 'object',
    properties: { a: { type: 'string', default: 'x' } },
    additionalProperties: false,
  });
  expect(schemaOf(inner, 'output')).toEqual({
    type: 'object',
    properties: { a: { type: 'string', default: 'x' } },
    required: ['a'],
  });
});

test('a named schema refers to another by its place in the document, and any JSON is any JSON', () => {
  const outer = z.object({ items: z.array(inner), any: z.record(z.string(), z.json()) });
  const { Outer } = componentSchemas({ Inner: inner, Outer: outer }, 'output');
  expect(Outer).toMatchObject({
    properties: {
      items: { type: 'array', items: { $ref: '#/components/schemas/Inner' } },
      any: { additionalProperties: {} },
    },
  });
});
