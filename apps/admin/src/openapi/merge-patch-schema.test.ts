import { expect, test } from 'vitest';
import { mergePatchSchemaOf } from './merge-patch-schema.ts';

const TEXT = { type: 'string' };

test('every member may be left out or be null, at every depth, and nothing unknown comes in', () => {
  const body = {
    type: 'object',
    properties: {
      name: { ...TEXT, description: 'What it is called.', default: '' },
      server: { type: 'object', properties: { url: TEXT }, required: ['url'], additionalProperties: false },
      list: { type: 'array', items: TEXT },
    },
    required: ['server'],
    additionalProperties: false,
  };
  const absent = { type: 'null' };
  expect(mergePatchSchemaOf(body)).toEqual({
    type: 'object',
    properties: {
      name: { description: 'What it is called.', anyOf: [TEXT, absent] },
      server: {
        anyOf: [
          { type: 'object', properties: { url: { anyOf: [TEXT, absent] } }, additionalProperties: false },
          absent,
        ],
      },
      list: { anyOf: [{ type: 'array', items: TEXT }, absent] },
    },
    additionalProperties: false,
  });
});

test('forms that a required member told apart may overlap in a patch', () => {
  const form = (kind: string) => ({
    type: 'object',
    properties: { kind: { const: kind } },
    required: ['kind'],
  });
  expect(mergePatchSchemaOf({ oneOf: [form('a'), form('b')] })).toEqual({
    anyOf: ['a', 'b'].map((kind) => ({
      type: 'object',
      properties: { kind: { anyOf: [{ const: kind }, { type: 'null' }] } },
    })),
  });
});
