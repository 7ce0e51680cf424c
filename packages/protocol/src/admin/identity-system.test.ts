import { describe, expect, test } from 'vitest';
import { identitySystemBody } from './identity-system.ts';
import { LOOK_ALIKES, problemsOf } from './test-support.ts';

const problems = (body: object) => problemsOf(identitySystemBody, body);

test('the form without a cluster names one identity domain, the other form none', async () => {
  expect(await problems({ identityDomain: 'prod' })).toEqual([]);
  expect(await problems({})).toEqual(['/identityDomain']);
  const subject = '{cluster}.{namespace}.{serviceAccount}';
  expect(await problems({ subject })).toEqual([]);
  expect(await problems({ subject, identityDomain: 'prod' })).toEqual(['/identityDomain']);
});

test('A04: there is no other form, nor another spelling of one', async () => {
  for (const subject of [
    '{serviceAccount}',
    '{namespace}-{serviceAccount}',
    '{Namespace}.{serviceAccount}',
    '*',
    null,
  ]) {
    expect(await problems({ subject, identityDomain: 'prod' })).toEqual(['/subject']);
  }
});

test.each([...LOOK_ALIKES, '', 'a.b', '-a', 'a-', 'a_b', 'a'.repeat(64), '*', 5, null])(
  'L4: the identity domain %j is refused',
  async (identityDomain) => {
    expect(await problems({ identityDomain })).toEqual(['/identityDomain']);
  },
);

describe('audience patterns', () => {
  const patterns = (audiencePatterns: unknown) => problems({ identityDomain: 'prod', audiencePatterns });

  test('are exact values or globs, one at least, none twice', async () => {
    expect(await patterns(['https://*.company.com', 'vault', '*'])).toEqual([]);
    expect(await patterns([])).toEqual(['/audiencePatterns']);
    expect(await patterns(['a', 'a'])).toEqual(['/audiencePatterns']);
    expect(await patterns(Array.from({ length: 101 }, (_, index) => `a${index}`))).toEqual([
      '/audiencePatterns',
    ]);
    expect(await patterns(['a**', 'a b', '', '\u00e9', 'a'.repeat(256)])).toEqual(
      [0, 1, 2, 3, 4].map((index) => `/audiencePatterns/${index}`),
    );
  });
});

describe('text for people', () => {
  test('may be in any language, but neither hides nor turns what it says', async () => {
    const text = {
      displayName: '\u041f\u043b\u0430\u0442\u0435\u0436\u0438 \u2013 \u652f\u6255\u3044',
      description: 'a\n\tb',
    };
    expect(await problems({ identityDomain: 'prod', ...text })).toEqual([]);
    for (const hostile of ['\u202eabc', 'a\u200bb', 'a\u0007b', 'a\u2028b', 'e\u0301', '\ufeffa']) {
      const body = { identityDomain: 'prod', displayName: hostile, description: hostile };
      expect(await problems(body)).toEqual(['/description', '/displayName']);
    }
    expect(await problems({ identityDomain: 'prod', displayName: 'a\nb' })).toEqual(['/displayName']);
    const long = { displayName: 'a'.repeat(129), description: 'a'.repeat(1025) };
    expect(await problems({ identityDomain: 'prod', ...long })).toEqual(['/description', '/displayName']);
  });

  test('labels are as Kubernetes has them', async () => {
    const labels = (value: unknown) => problems({ identityDomain: 'prod', labels: value });
    expect(await labels({ 'company.com/team': 'a_b.C', app: '' })).toEqual([]);
    expect(await labels({ 'a b': 'x', '/x': 'x', '-a': 'x' })).toEqual([
      '/labels/-a',
      '/labels/a b',
      '/labels/~1x',
    ]);
    expect(await labels({ a: 'a b', b: 'x'.repeat(64), c: 5 })).toEqual([
      '/labels/a',
      '/labels/b',
      '/labels/c',
    ]);
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, '']));
    expect(await labels(many(64))).toEqual([]);
    expect(await labels(many(65))).toEqual(['/labels']);
  });
});
