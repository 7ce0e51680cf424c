import { describe, expect, test } from 'vitest';
import { targetBody } from './target.ts';
import { problemsOf } from './test-support.ts';

const problems = (more: object) => problemsOf(targetBody, { audiences: ['vault'], ...more });

describe('audiences', () => {
  test('are at most 255 characters long', async () => {
    const audience = (length: number) => problems({ audiences: ['a'.repeat(length)] });
    expect([await audience(255), await audience(256)]).toEqual([[], ['/audiences/0']]);
  });

  test('are 1 to 32 values, none twice', async () => {
    expect(await problems({ audiences: [] })).toEqual(['/audiences']);
    expect(await problems({ audiences: ['a', 'a'] })).toEqual(['/audiences']);
    expect(await problems({ audiences: 'a' })).toEqual(['/audiences']);
    expect(await problems({ audiences: Array.from({ length: 33 }, (_, index) => `a${index}`) })).toEqual([
      '/audiences',
    ]);
    expect(await problems({ audiences: undefined })).toEqual(['/audiences']);
  });

  test.each(['https://vault.company.com', 'urn:a:b', 'a', "client-id!$'()"])('may be %s', async (value) => {
    expect(await problems({ audiences: [value], issuedAudience: value })).toEqual([]);
  });

  test.each([
    '',
    ' a',
    'a ',
    'a b',
    'a"b',
    'a\\b',
    'a\nb',
    'a\u007f',
    '\u00e9',
    'e\u0301',
    '\u0430',
    'a*',
    5,
  ])('L4: are printable ASCII that is compared as it is written, so not %j', async (value) => {
    expect(await problems({ audiences: [value], issuedAudience: value })).toEqual([
      '/audiences/0',
      '/issuedAudience',
    ]);
  });
});

describe('lifetimes', () => {
  test.each([
    ['defaultTtlSeconds', 60],
    ['minTtlSeconds', 1],
    ['maxTtlSeconds', 60],
  ])('%s is a whole number of seconds from %i to 86400', async (field, min) => {
    const all = (value: number) => ({ minTtlSeconds: value, defaultTtlSeconds: value, maxTtlSeconds: value });
    expect(await problems({ ...all(60), [field]: min })).toEqual([]);
    expect(await problems(all(86_400))).toEqual([]);
    for (const bad of [min - 1, 86_401, 60.5, -60, '600', null, 1e21]) {
      expect(await problems({ [field]: bad })).toContain(`/${field}`);
    }
  });

  test('the default lies between the least and the most, which do not cross', async () => {
    expect(await problems({ minTtlSeconds: 600, defaultTtlSeconds: 600, maxTtlSeconds: 600 })).toEqual([]);
    expect(await problems({ minTtlSeconds: 601 })).toEqual(['/defaultTtlSeconds']);
    expect(await problems({ maxTtlSeconds: 599 })).toEqual(['/defaultTtlSeconds']);
    expect(await problems({ minTtlSeconds: 900, defaultTtlSeconds: 700, maxTtlSeconds: 800 })).toEqual([
      '/defaultTtlSeconds',
      '/minTtlSeconds',
    ]);
  });
});

test('token types keep their order of preference and come once', async () => {
  expect(await problems({ tokenTypes: ['jwt', 'access_token'] })).toEqual([]);
  for (const bad of [[], ['jwt', 'jwt']])
    expect(await problems({ tokenTypes: bad })).toEqual(['/tokenTypes']);
  expect(await problems({ tokenTypes: ['saml2'] })).toEqual(['/tokenTypes/0']);
});

test('A17: a credential is signed by an asymmetric algorithm of the list', async () => {
  for (const good of ['ES256', 'RS256', 'PS256', 'EdDSA'])
    expect(await problems({ signingAlgorithm: good })).toEqual([]);
  for (const bad of ['none', 'HS256', 'es256', 'ES256K', '']) {
    expect(await problems({ signingAlgorithm: bad })).toEqual(['/signingAlgorithm']);
  }
});

test('scopes are scope tokens; the word for all of them is none of them', async () => {
  expect(await problems({ scopes: ['read', 'urn:a:b', "a!#'"] })).toEqual([]);
  expect(await problems({ scopes: ['*', 'a b', 'a"b', 'a\\b', '', '\u00e9'] })).toEqual(
    [0, 1, 2, 3, 4, 5].map((index) => `/scopes/${index}`),
  );
  expect(await problems({ scopes: ['a', 'a'] })).toEqual(['/scopes']);
});

test('a subject is never allowed to be longer than 255 bytes', async () => {
  expect(await problems({ maxSubjectBytes: 255 })).toEqual([]);
  for (const bad of [0, 256]) expect(await problems({ maxSubjectBytes: bad })).toEqual(['/maxSubjectBytes']);
});
