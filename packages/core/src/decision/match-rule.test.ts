import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRuleCompiler } from './compile-rule.ts';
import { ruleFactsOf } from './decide.ts';
import { deny, plainAllow, workloadSketch } from './generated-policies.test-support.ts';
import { type MatchAspect, matchRule, unmatchedAspects } from './match-rule.ts';
import { NOW_SECONDS, ruleOf, workloadOf } from './policy-fixtures.test-support.ts';

const ASPECTS: readonly MatchAspect[] = [
  'window',
  'service_account_uid',
  'default_service_account',
  'service_account',
  'namespace',
  'cluster',
  'target',
];

test('A45: what is said not to match is all that keeps a rule from deciding, and a rule that decides has none', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(
      fc.oneof(plainAllow, deny),
      workloadSketch,
      fc.constantFrom('vault', 'vault-2'),
      (sketch, workload, target) => {
        const { rule } = createRuleCompiler()('a', ruleOf(sketch));
        fc.pre(rule !== null);
        const facts = ruleFactsOf(workloadOf(workload), target, NOW_SECONDS);
        const aspects = unmatchedAspects(rule, facts);
        expect(aspects.length === 0).toBe(matchRule(rule, facts) !== null);
        for (const aspect of aspects.length === 0 ? ['none'] : aspects) seen.add(aspect);
      },
    ),
    { numRuns: 3000 },
  );
  expect(seen).toEqual(new Set([...ASPECTS, 'none']));
});
