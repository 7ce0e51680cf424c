import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BROKER_ISSUER } from '../decision/policy-fixtures.test-support.ts';
import { judgeTarget, type TargetChange } from './judge-target.ts';
import { targetSpec } from './test-support.ts';

const judge = (spec: Partial<TargetChange['spec']>, facts: Partial<TargetChange> = {}) =>
  judgeTarget({
    spec: targetSpec(spec),
    audiencePatterns: ['*'],
    claimedElsewhere: new Set(['taken']),
    clusterAudiences: new Set([BROKER_ISSUER, 'for-the-broker']),
    issuer: BROKER_ISSUER,
    ...facts,
  }).map(({ code, path }) => `${code} /${path.join('/')}`);

test.each<[string, Partial<TargetChange['spec']>, readonly string[]]>([
  ['free ones', { audiences: ['a', 'b'] }, []],
  ['A61: one that another target claims', { audiences: ['a', 'taken'] }, ['audience_taken /audiences/1']],
  ['A61: one of a cluster', { audiences: ['for-the-broker'] }, ['audience_taken /audiences/0']],
  ["A61: one of the broker's", { audiences: [`${BROKER_ISSUER}/token`] }, ['audience_taken /audiences/0']],
  [
    'A61: an issued one of a cluster',
    { audiences: ['a'], issuedAudience: 'for-the-broker' },
    ['audience_taken /issuedAudience'],
  ],
  [
    "A61: an issued one of the broker's",
    { audiences: ['a'], issuedAudience: BROKER_ISSUER },
    ['audience_taken /issuedAudience'],
  ],
  ['an issued one that another target claims', { audiences: ['a'], issuedAudience: 'taken' }, []],
])('%s', (_, spec, expected) => {
  expect(judge(spec)).toEqual(expected);
});

test('L3: a pattern covers whole values: its literal parts are not left out, and * is at least one character', () => {
  const within = (audience: string) =>
    judge({ audiences: [audience] }, { audiencePatterns: ['https://*.prod.com', 'vault'] }).length === 0;
  expect(within('https://a.prod.com')).toBe(true);
  expect(within('vault')).toBe(true);
  for (const outside of [
    'https://.prod.com',
    'https://prod.com',
    'https://xprod.com',
    'https://a.prod.com.evil',
    'xvault',
    'Vault',
    'vaultx',
  ]) {
    expect([outside, within(outside)]).toEqual([outside, false]);
  }
});

test('without a pattern nothing is within', () => {
  expect(judge({ audiences: ['a'], issuedAudience: 'b' }, { audiencePatterns: [] })).toEqual([
    'audience_outside_patterns /audiences/0',
    'audience_outside_patterns /issuedAudience',
  ]);
});

test('A61: what lies outside the patterns is answered the same, whether or not somebody has it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.boolean(), fc.boolean(), (text, isClaimed, isClusters) => {
      const audience = `outside-${text}`;
      const facts = {
        audiencePatterns: ['inside-*'],
        claimedElsewhere: new Set(isClaimed ? [audience] : []),
        clusterAudiences: new Set(isClusters ? [audience] : []),
      };
      return judge({ audiences: [audience] }, facts).join() === 'audience_outside_patterns /audiences/0';
    }),
    { numRuns: 100 },
  );
});
