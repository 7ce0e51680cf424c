import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { clusterBody, identitySystemBody, mappingRuleBody, targetBody } from './index.ts';
import { detailsOf } from './test-support.ts';

const MATCH = { clusters: ['prod'], namespaces: ['*'], serviceAccounts: ['*'] };
const RULE = { effect: 'deny', match: MATCH };
const TARGET = { audiences: ['a'] };
const CLUSTER = {
  issuers: ['https://kubernetes.default.svc'],
  validation: { mode: 'offline' },
  apiServer: { url: 'https://prod.company.com:6443' },
};

test('what is missing is said to be required, whatever its type', async () => {
  expect(await detailsOf(mappingRuleBody, {})).toEqual(['/effect: is required', '/match: is required']);
  expect(await detailsOf(targetBody, {})).toEqual(['/audiences: is required']);
  for (const validation of [{}, { jwks: {} }]) {
    expect(await detailsOf(clusterBody, { ...CLUSTER, validation })).toContain(
      '/validation/mode: is required',
    );
  }
  const validation = { mode: 'offline', jwks: {} };
  expect(await detailsOf(clusterBody, { ...CLUSTER, validation })).toEqual([
    '/validation/jwks/source: is required',
  ]);
});

test.each([
  ['effect', { effect: 'permit' }, 'must be one of "allow", "deny"'],
  ['enforcement', { enforcement: 'maybe' }, 'must be "enforce"'],
  ['priority', { priority: 1_000_001 }, 'must be at most 1000000'],
  ['priority', { priority: -1_000_001 }, 'must be at least -1000000'],
  ['priority', { priority: 0.5 }, 'must be a whole number'],
  ['enabled', { enabled: 'yes' }, 'must be true or false'],
  ['targets', { targets: [] }, 'must have at least 1 element'],
  ['targets', { targets: 'vault' }, 'must be a list'],
  ['match', { match: 5 }, 'must be an object'],
  ['labels', { labels: [] }, 'must be an object'],
  ['description', { description: null }, 'must be a string'],
  ['description', { description: 'a'.repeat(1025) }, 'must have at most 1024 characters'],
])('/%s of %j %s', async (field, more, words) => {
  expect(await detailsOf(mappingRuleBody, { ...RULE, ...more })).toContain(`/${field}: ${words}`);
});

test('what cannot be written yet is offered to nobody', async () => {
  const body = { ...CLUSTER, validation: { mode: 'x', jwks: { source: 'x' } }, lockOutOn: 'x' };
  expect(await detailsOf(clusterBody, body)).toEqual([
    '/validation/mode: must be "offline"',
    '/validation/jwks/source: must be one of "apiServer", "discovery", "uri", "inline"',
    '/lockOutOn: must be "deletion"',
  ]);
  const credential = { kind: 'x' };
  expect(
    await detailsOf(clusterBody, { ...CLUSTER, apiServer: { ...CLUSTER.apiServer, credential } }),
  ).toEqual(['/apiServer/credential/kind: must be one of "token", "tokenFile", "inCluster"']);
});

test.each([
  ['too_big', z.int().max(1), 2],
  ['too_big below', z.number().lt(1), 2],
  ['too_small', z.string().min(1), ''],
  ['not_multiple_of', z.number().multipleOf(2), 3],
  ['invalid_format', z.email(), 'a'],
  ['invalid_value', z.literal(null), 1],
  ['invalid_type', z.date(), 1],
  ['invalid_union', z.union([z.string(), z.boolean()]), 1],
  ['invalid_key', z.record(z.string().max(1), z.number()), { ab: 1 }],
  ['custom', z.number().refine(() => false), 1],
  ['unrecognized_keys', z.strictObject({}), { a: 1 }],
])('%s is told in our words', async (_, schema, value) => {
  const details = await detailsOf(z.strictObject({ field: schema }), { field: value });
  expect(details.length).toBe(1);
  expect(details[0]).toMatch(/: (?:must|has|does|is) /);
  expect(details[0]).not.toMatch(/invalid|expected|received|unrecognized|undefined/i);
});

describe('an unknown field', () => {
  test('is told with the nearest known one, at any depth, where it looks like a slip', async () => {
    expect(await detailsOf(targetBody, { ...TARGET, displayname: '', defaultTTLSecond: 5 })).toEqual([
      '/displayname: is an unknown field',
      '/defaultTTLSecond: is an unknown field. Did you mean defaultTtlSeconds?',
    ]);
    expect(await detailsOf(mappingRuleBody, { ...RULE, match: { ...MATCH, serviceAccount: 'a' } })).toEqual([
      '/match/serviceAccount: is an unknown field. Did you mean serviceAccounts?',
    ]);
    const jwks = { source: 'inline', keys: [{ kty: 'OKP', crv: 'Ed25519', x: '', kidd: 'a' }] };
    expect(await detailsOf(clusterBody, { ...CLUSTER, validation: { mode: 'offline', jwks } })).toContain(
      '/validation/jwks/keys/0/kidd: is an unknown field. Did you mean kid?',
    );
    expect(await detailsOf(identitySystemBody, { identityDomain: 'prod', a: 1, foobar: 1 })).toEqual([
      '/a: is an unknown field',
      '/foobar: is an unknown field',
    ]);
  });

  test('that is read only is told so instead', async () => {
    expect(await detailsOf(targetBody, { ...TARGET, metadata: {} })).toEqual([
      '/metadata: is read only: leave it out',
    ]);
  });

  test('is compared with no other where it is longer than any, so that a body of them costs no search', async () => {
    const known = z.strictObject({ ['a'.repeat(66)]: z.string().optional() });
    expect(await detailsOf(known, { ['a'.repeat(65)]: 1 })).toEqual([
      `/${'a'.repeat(65)}: is an unknown field`,
    ]);
    expect((await detailsOf(known, { ['a'.repeat(64)]: 1 })).join()).toContain('Did you mean');
  });
});
