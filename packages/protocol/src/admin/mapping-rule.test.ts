import { isRuleClaimName } from '@symbolon/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mappingRuleBody } from './mapping-rule.ts';
import { detailsOf, LOOK_ALIKES, problemsOf } from './test-support.ts';

const MATCH = { clusters: ['prod'], namespaces: ['*'], serviceAccounts: ['api'] };
const ALLOW = { effect: 'allow', match: MATCH, targets: ['vault'] };

const problems = (more: object) => problemsOf(mappingRuleBody, { ...ALLOW, ...more });
const match = (more: object) => problems({ match: { ...MATCH, ...more } });
const claims = (more: object) => problems({ claims: more });

describe('match', () => {
  test('names clusters, namespaces and ServiceAccounts, or says * for each', async () => {
    expect(await problemsOf(mappingRuleBody, { effect: 'deny', match: {} })).toEqual([
      '/match/clusters',
      '/match/namespaces',
      '/match/serviceAccounts',
    ]);
    for (const field of ['clusters', 'namespaces', 'serviceAccounts']) {
      expect(await match({ [field]: [] })).toEqual([`/match/${field}`]);
      expect(await match({ [field]: ['a', 'a'] })).toEqual([`/match/${field}`]);
      expect(await match({ [field]: ['*', 'team-*', '*-prod'] })).toEqual([]);
      expect(await match({ [field]: ['a**', ''] })).toEqual([`/match/${field}/0`, `/match/${field}/1`]);
    }
  });

  test('only a ServiceAccount has dots', async () => {
    expect(await match({ serviceAccounts: ['api.v1', '*.v1'] })).toEqual([]);
    expect(await match({ namespaces: ['a.b'], clusters: ['a.b'] })).toEqual([
      '/match/clusters/0',
      '/match/namespaces/0',
    ]);
  });

  test.each(LOOK_ALIKES)('L4: %j is not api, and is refused in every list', async (name) => {
    expect(await match({ clusters: [name], namespaces: [name], serviceAccounts: [name] })).toEqual([
      '/match/clusters/0',
      '/match/namespaces/0',
      '/match/serviceAccounts/0',
    ]);
    expect(await problems({ targets: [name] })).toEqual(['/targets/0']);
  });

  test.each(['a|b', 'a)|(b', '(?i)a', 'a+', '[ab]', '^a$', 'a?', 'a.*'])(
    'L1: %s is no pattern: nothing but * is special',
    async (pattern) => {
      expect(await match({ namespaces: [pattern] })).toEqual(['/match/namespaces/0']);
    },
  );

  test('a condition has its place, and no value yet', async () => {
    for (const condition of ['true', '']) expect(await match({ condition })).toEqual(['/match/condition']);
  });
});

test('an allow names its targets; a deny may cover the whole system', async () => {
  expect(await problems({ targets: undefined })).toEqual(['/targets']);
  expect(await problems({ targets: [] })).toEqual(['/targets']);
  expect(await problems({ effect: 'deny', targets: undefined })).toEqual([]);
  expect(await problems({ effect: 'permit' })).toEqual(['/effect']);
});

test('what means nothing in a deny is refused there', async () => {
  const deny = { effect: 'deny', sharedSubject: 'a', scopes: [], claims: { a: 1 }, ttlSeconds: 60 };
  expect(await problems(deny)).toEqual(['/claims', '/scopes', '/sharedSubject', '/ttlSeconds']);
});

describe('A03: a shared subject', () => {
  test.each([
    'a.b',
    'a/b',
    'a:b',
    'a%2eb',
    '..',
    'a\u0000',
    'a\r\nb',
    '\u202ea',
    'a'.repeat(64),
    'system:admin',
    '\u0024{a}',
    '*',
    'A',
    '',
  ])('is a DNS label, so not %j', async (sharedSubject) => {
    expect(await problems({ sharedSubject })).toEqual(['/sharedSubject']);
  });

  test('is taken as one', async () => {
    expect(await problems({ sharedSubject: 'deployers-1' })).toEqual([]);
  });
});

describe('claims', () => {
  test('are JSON literals of every type', async () => {
    expect(await claims({ role: 'a/b:c.d', n: -1.5, on: true, none: null, list: ['a', { b: [1] }] })).toEqual(
      [],
    );
    expect(await claims({ 'https://aws.amazon.com/tags': { keys: ['a'] }, 'cognito:x': 'y' })).toEqual([]);
  });

  test.each([
    ['NUL', 'a\u0000b'],
    ['a line end', 'a\r\nb'],
    ['text turned about', 'a\u202eb'],
    ['what cannot be seen', 'a\u200bb'],
    ['a letter of another alphabet', '\u0430dmin'],
    ['composition', 'e\u0301'],
    ['an escape', '%2e%2e/admin'],
    ['a step up', 'team/../admin'],
    ['a quotation mark', 'a"b'],
    ['a backslash', 'a\\b'],
    ['more than 255 characters', 'a'.repeat(256)],
  ])('A03: %s in a value is refused, also deep in it', async (_, text) => {
    expect(await claims({ a: text, b: [{ c: text }] })).toEqual(['/claims/a', '/claims/b/0/c']);
  });

  test.each(['+', '*', '/', ','])(
    'L7: %s is itself, never a pattern: * is refused, the others are plain',
    async (text) => {
      expect(await claims({ a: text })).toEqual(text === '*' ? ['/claims/a'] : []);
    },
  );

  test.each(['\u0024{aws:username}', '$x', '{x}', '{{x}}', 'a*', 'a?', '`x`', '<x>'])(
    'L8: %s would be a variable or a pattern to somebody, and is refused',
    async (text) => {
      expect(await claims({ a: text, b: ['x', text] })).toEqual(['/claims/a', '/claims/b/1']);
    },
  );

  test('A65: registered claims and those of the broker are refused in any case of letters', async () => {
    const reserved = [
      'iss',
      'sub',
      'aud',
      'exp',
      'iat',
      'jti',
      'act',
      'cnf',
      'scope',
      'client_id',
      'cluster',
      'SUB',
      'Kubernetes.io',
      'k8s_namespace',
      'symbolon',
    ];
    const given = Object.fromEntries(reserved.map((name) => [name, 'x']));
    expect(await claims(given)).toEqual(reserved.map((name) => `/claims/${name}`).toSorted());
    expect(await detailsOf(mappingRuleBody, { ...ALLOW, claims: { sub: 1 } })).toEqual([
      "/claims/sub: is a registered claim or one of the broker's own",
    ]);
  });

  test('names are plain, at the top and below', async () => {
    for (const name of ['a b', 'a"', '$a', 'a\u0000', '\u0430', '', 'a'.repeat(129), '{a}']) {
      expect(await claims({ [name]: 1 })).toHaveLength(1);
      expect(await claims({ a: { [name]: 1 } })).toHaveLength(1);
    }
  });

  test('are bounded in number, depth and size, and hold no number that readers see differently', async () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, 1]));
    expect(await claims(many(50))).toEqual([]);
    expect(await claims(many(51))).toEqual(['/claims']);
    expect(await claims({ a: [[[['x']]]] })).toEqual([]);
    expect(await claims({ a: [[[[['x']]]]] })).toEqual(['/claims/a/0/0/0/0']);
    expect(await claims({ a: Array.from({ length: 20 }, () => 'x'.repeat(200)) })).toEqual([]);
    expect(await claims({ a: Array.from({ length: 21 }, () => 'x'.repeat(200)) })).toEqual(['/claims']);
    expect(await claims({ a: 2 ** 53 - 1, b: 2 ** 53 })).toEqual(['/claims/b']);
  });

  test('whatever is let by, the policy takes', async () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom('Sub', 'a.b', 'kubernetes.io/x', 'constructor', 'a:b'),
    );
    await fc.assert(
      fc.asyncProperty(name, async (claim) => {
        const isTaken = (await claims({ [claim]: 1 })).length === 0;
        return !isTaken || isRuleClaimName(claim);
      }),
      { numRuns: 200 },
    );
  });
});

describe('scopes', () => {
  test('are scope tokens, or * alone', async () => {
    for (const good of [[], ['*'], ['read', 'write']]) expect(await problems({ scopes: good })).toEqual([]);
    expect(await problems({ scopes: ['*', 'read'] })).toEqual(['/scopes']);
    expect(await problems({ scopes: ['a', 'a'] })).toEqual(['/scopes']);
    expect(await problems({ scopes: ['a b', ''] })).toEqual(['/scopes/0', '/scopes/1']);
  });
});

describe('window', () => {
  test('begins before it ends, whatever the offsets', async () => {
    const window = (notBefore: string, notAfter: string) => problems({ notBefore, notAfter });
    expect(await window('2027-01-01T00:00:00Z', '2027-01-01T00:00:01Z')).toEqual([]);
    expect(await window('2027-01-01T00:00:00Z', '2027-01-01T00:00:00Z')).toEqual(['/notAfter']);
    expect(await window('2027-01-01T00:00:00Z', '2027-01-01T00:30:00+01:00')).toEqual(['/notAfter']);
  });

  test.each([
    '2027-02-30T00:00:00Z',
    '2027-01-01',
    '2027-01-01T00:00:00',
    '2027-01-01 00:00:00Z',
    '1800000000',
    'now',
  ])('%s is no RFC 3339 instant', async (notBefore) => {
    expect(await problems({ notBefore })).toEqual(['/notBefore']);
  });
});

test('numbers stay within their ranges', async () => {
  for (const good of [-1_000_000, 0, 1_000_000]) expect(await problems({ priority: good })).toEqual([]);
  for (const bad of [-1_000_001, 1_000_001, 0.5, '1'])
    expect(await problems({ priority: bad })).toEqual(['/priority']);
  for (const good of [60, 86_400]) expect(await problems({ ttlSeconds: good })).toEqual([]);
  for (const bad of [59, 86_401, null]) expect(await problems({ ttlSeconds: bad })).toEqual(['/ttlSeconds']);
});

test('a pinned uid is an identifier', async () => {
  expect(await match({ serviceAccountUid: '4a6bbd5c-0f8e-4d4b-9e0f-0d2c6a3f1e11' })).toEqual([]);
  for (const bad of ['', 'a b', '*', 'a'.repeat(129)]) {
    expect(await match({ serviceAccountUid: bad })).toEqual(['/match/serviceAccountUid']);
  }
});
