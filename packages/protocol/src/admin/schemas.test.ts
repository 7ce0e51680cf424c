import type {
  ClusterSpec,
  IdentitySystemSpec,
  MappingRuleSpec,
  RevocationSpec,
  TargetSpec,
} from '@symbolon/core';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import {
  type ClusterBody,
  clusterBody,
  type IdentitySystemBody,
  identitySystemBody,
  type MappingRuleBody,
  mappingRuleBody,
  type RevocationBody,
  revocationBody,
  type TargetBody,
  targetBody,
} from './index.ts';

const BODIES = { identitySystemBody, targetBody, mappingRuleBody, clusterBody, revocationBody };

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Every named field below a schema, by its path. */
function fieldsOf(schema: JsonSchema, path = ''): readonly (readonly [string, JsonSchema])[] {
  const own = Object.entries(schema.properties ?? {}) as [string, JsonSchema][];
  const variants = schema.anyOf ?? schema.oneOf ?? [];
  const items = schema.items as JsonSchema | undefined;
  return [
    ...own.flatMap(([name, field]) => [
      [`${path}/${name}`, field] as const,
      ...fieldsOf(field, `${path}/${name}`),
    ]),
    ...variants.flatMap((variant) => fieldsOf(variant, path)),
    ...(items === undefined ? [] : fieldsOf(items, `${path}/*`)),
  ];
}

describe.each(Object.entries(BODIES))('%s', (_, body) => {
  const fields = fieldsOf(z.toJSONSchema(body, { io: 'input' }));

  test('says of every field in words what it is', () => {
    expect(fields.length).toBeGreaterThan(5);
    const silent = fields.filter(([, field]) => !/^\S.*\S$/.test(field.description ?? ''));
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  test('says range and default of every number, and the default of everything that has one', () => {
    for (const [path, { type, minimum, maximum, default: byDefault, description = '' }] of fields) {
      if (type === 'integer')
        expect([path, description]).toEqual([path, expect.stringContaining(`${minimum} to ${maximum}`)]);
      if (byDefault !== undefined)
        expect([path, description]).toEqual([path, expect.stringMatching(/default/i)]);
      if (typeof byDefault === 'number' || typeof byDefault === 'boolean') {
        expect([path, description]).toEqual([
          path,
          expect.stringMatching(new RegExp(`default ${byDefault}\\.`, 'i')),
        ]);
      }
    }
  });

  test('L28: takes no unknown field, at any depth', () => {
    const schema = z.toJSONSchema(body, { io: 'input' });
    const openObjects = [['', schema] as const, ...fieldsOf(schema)]
      .filter(([, field]) => field.type === 'object' && field.properties !== undefined)
      .filter(([, field]) => field.additionalProperties !== false);
    expect(openObjects.map(([path]) => path)).toEqual([]);
  });
});

test('what a schema lets by is a spec of the core, but for the credential of a cluster', () => {
  expectTypeOf<Omit<IdentitySystemBody, 'labels' | 'description'>>().toExtend<IdentitySystemSpec>();
  expectTypeOf<Omit<TargetBody, 'labels' | 'description'>>().toExtend<TargetSpec>();
  expectTypeOf<Omit<MappingRuleBody, 'labels' | 'description'>>().toExtend<MappingRuleSpec>();
  expectTypeOf<Omit<RevocationBody, 'labels' | 'description'>>().toExtend<RevocationSpec>();
  expectTypeOf<Omit<ClusterBody, 'apiServer' | 'labels' | 'description'>>().toExtend<
    Omit<ClusterSpec, 'apiServer'>
  >();
  expectTypeOf<Omit<NonNullable<ClusterBody['apiServer']>, 'credential'>>().toExtend<
    Omit<NonNullable<ClusterSpec['apiServer']>, 'credential'>
  >();
});
