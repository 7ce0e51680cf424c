import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { audience, dnsLabel, dnsSubdomain, nameOrGlob, scope, scopeOrAll, uid } from './fields.ts';

const SCHEMAS = {
  dnsLabel,
  dnsSubdomain,
  audience,
  scope,
  scopeOrAll,
  uid,
  cluster: nameOrGlob('cluster'),
  namespace: nameOrGlob('namespace'),
  serviceAccount: nameOrGlob('serviceAccount'),
  target: nameOrGlob('target'),
  audiencePattern: nameOrGlob('audience'),
};

/** Where the checks draw their lines. */
const near = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'aZ0-._:*/"\\~! \n\u00e9'.split('')), maxLength: 6 }),
  fc.string({ unit: fc.constantFrom(...'a-.*'.split('')), minLength: 60, maxLength: 66 }),
  fc.string({ unit: fc.constantFrom(...'ab'.split('')), minLength: 126, maxLength: 130 }),
  fc.string({ unit: fc.constantFrom(...'ab'.split('')), minLength: 251, maxLength: 257 }),
);

describe('the pattern that readers of the schema see', () => {
  test.each(Object.entries(SCHEMAS))('lets through every %s that is taken', (_, schema) => {
    const pattern = new RegExp(String(z.toJSONSchema(schema).pattern));
    fc.assert(
      fc.property(near, (text) => {
        expect(schema.safeParse(text).success && !pattern.test(text)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(Object.entries(SCHEMAS))(
    'stands for %s in a body, with whatever is said of the field',
    (_, schema) => {
      const field = z.strictObject({ field: schema.exactOptional().meta({ description: 'What it is.' }) });
      const { properties } = z.toJSONSchema(field, { io: 'input' });
      expect(properties?.field).toMatchObject({ description: 'What it is.', pattern: expect.any(String) });
    },
  );
});
