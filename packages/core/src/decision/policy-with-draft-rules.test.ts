import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePolicy } from './compile-policy.ts';
import { decide } from './decide.ts';
import {
  deny,
  plainAllow,
  policySketch,
  requestSketch,
  workloadSketch,
} from './generated-policies.test-support.ts';
import { BROKER_ISSUER, requestOf, ruleOf, snapshotOf, workloadOf } from './policy-fixtures.test-support.ts';
import { policyWithDraftRules } from './policy-with-draft-rules.ts';

const options = { issuer: BROKER_ISSUER };
const drafts = fc.dictionary(
  fc.constantFrom('a', 'b', 'draft', 'rule-10'),
  fc.oneof(plainAllow, plainAllow, deny),
  {
    minKeys: 1,
  },
);
const question = fc.record({ workload: workloadSketch, request: requestSketch });

test('decides with drafts as if they were stored, each in the place of the rule of its name', () => {
  const seen = { changed: 0, same: 0 };
  fc.assert(
    fc.property(policySketch, drafts, fc.array(question, { minLength: 10 }), (sketch, drafted, questions) => {
      const inForce = compilePolicy(snapshotOf(sketch), options);
      const rules = Object.entries(drafted).map(([name, spec]) => ({ name, spec: ruleOf(spec) }));
      const drawn = policyWithDraftRules(inForce, 'myidsystem', rules);
      const stored = compilePolicy(
        snapshotOf({ ...sketch, rules: { ...sketch.rules, ...drafted } }),
        options,
      );
      for (const { workload, request } of questions) {
        const asked = [workloadOf(workload), requestOf(request)] as const;
        const decision = decide(drawn, ...asked);
        expect(decision).toEqual(decide(stored, ...asked));
        const isChanged = JSON.stringify(decision) !== JSON.stringify(decide(inForce, ...asked));
        seen[isChanged ? 'changed' : 'same'] += 1;
      }
    }),
    { numRuns: 400 },
  );
  expect(seen.changed).toBeGreaterThan(100);
  expect(seen.same).toBeGreaterThan(100);
}, 60_000);

test('A45: the policy in force decides as before, and rules of other systems are not drafted over', () => {
  const sketch = {
    identitySystems: { myidsystem: {}, othersystem: {} },
    targets: { vault: {}, 'othersystem/vault': { audiences: ['other.company.com'] } },
    rules: { a: {}, 'othersystem/a': {} },
  };
  const policy = compilePolicy(snapshotOf(sketch), options);
  const reasonBy = (asked: typeof policy, audience: string) => {
    const decision = decide(asked, workloadOf({}), requestOf({ audiences: [audience] }));
    return decision.kind === 'issue' ? 'issue' : decision.reason;
  };
  const drawn = policyWithDraftRules(policy, 'myidsystem', [{ name: 'a', spec: ruleOf({ effect: 'deny' }) }]);
  expect(reasonBy(drawn, 'vault.company.com')).toBe('rule_denied');
  expect(reasonBy(drawn, 'other.company.com')).toBe('issue');
  expect(reasonBy(policy, 'vault.company.com')).toBe('issue');
});
