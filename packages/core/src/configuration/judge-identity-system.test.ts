import { expect, test } from 'vitest';
import { audiencesOutside, type IdentitySystemChange, judgeIdentitySystem } from './judge-identity-system.ts';
import { OWNER, stored, systemSpec, TEAM, targetSpec } from './test-support.ts';

const judge = (change: Partial<IdentitySystemChange>) =>
  judgeIdentitySystem({
    spec: systemSpec({ identityDomain: 'prod' }),
    current: stored('IdentitySystem', 'a', systemSpec({ identityDomain: 'prod' })),
    principal: OWNER,
    targets: [],
    ...change,
  }).map(({ code, path }) => `${code} /${path.join('/')}`);

test.each<[string, Partial<IdentitySystemChange>, readonly string[]]>([
  ['nothing that matters', { spec: systemSpec({ identityDomain: 'prod', displayName: 'x' }) }, []],
  ['a new one', { current: null }, []],
  ['another domain', { spec: systemSpec({ identityDomain: 'other' }) }, ['field_fixed /identityDomain']],
  [
    'another form',
    { spec: systemSpec({ subject: '{cluster}.{namespace}.{serviceAccount}' }) },
    ['field_fixed /subject', 'field_fixed /identityDomain'],
  ],
  [
    'patterns, by a global owner',
    { spec: systemSpec({ identityDomain: 'prod', audiencePatterns: ['a'] }) },
    [],
  ],
  [
    'patterns, by somebody else',
    { spec: systemSpec({ identityDomain: 'prod', audiencePatterns: ['a', '*'] }), principal: TEAM },
    ['global_owner_required /audiencePatterns'],
  ],
  [
    'a new one, by somebody else',
    { current: null, principal: TEAM },
    ['global_owner_required /audiencePatterns'],
  ],
  ['nothing that matters, by somebody else', { principal: TEAM }, []],
])('a change of %s', (_, change, expected) => {
  expect(judge(change)).toEqual(expected);
});

test('patterns that leave out what targets have claimed are refused, naming those targets', () => {
  const target = (name: string, audience: string) =>
    stored('Target', name, targetSpec({ audiences: [audience] }));
  const objections = judgeIdentitySystem({
    spec: systemSpec({ identityDomain: 'prod', audiencePatterns: ['in-*'] }),
    current: stored('IdentitySystem', 'a', systemSpec({ identityDomain: 'prod' })),
    principal: OWNER,
    targets: [target('one', 'in-a'), target('two', 'out-a'), target('three', 'out-b')],
  });
  expect(objections).toEqual([
    { code: 'target_outside_patterns', path: ['audiencePatterns'], targets: ['two', 'three'] },
  ]);
});

test('the issued audience of a target counts with those it is asked for by', () => {
  const target = { audiences: ['in-a', 'out-a'], issuedAudience: 'out-b' };
  expect(audiencesOutside(target, ['in-*'])).toEqual(['out-a', 'out-b']);
  expect(audiencesOutside({ audiences: ['in-a'] }, ['in-*'])).toEqual([]);
});
