import type { MappingRuleSpec } from '../mapping/objects.ts';
import type { Policy } from './compile-policy.ts';
import { createRuleCompiler } from './compile-rule.ts';
import type { RuleIndex } from './rule-index.ts';

/** A rule that is judged as if it were stored. */
export interface DraftRule {
  readonly name: string;
  readonly spec: MappingRuleSpec;
}

/**
 * The policy as it would be with these rules of one identity system: each takes the place of the rule of its name, or
 * stands beside the rest. The policy in force is left as it is, and so are its indexes: what is drafted lies over them.
 */
export function policyWithDraftRules(policy: Policy, system: string, drafts: readonly DraftRule[]): Policy {
  const drafted = rulesWithDrafts(policy.rulesOf(system), drafts);
  return { ...policy, rulesOf: (name) => (name === system ? drafted : policy.rulesOf(name)) };
}

function rulesWithDrafts(rules: RuleIndex, drafts: readonly DraftRule[]): RuleIndex {
  const compileRule = createRuleCompiler();
  const byName = new Map(drafts.map(({ name, spec }) => [name, compileRule(name, spec).rule]));
  const drafted = [...byName.values()].filter((rule) => rule !== null);
  return {
    candidates(at) {
      const kept = rules.candidates(at).filter(({ name }) => !byName.has(name));
      return [...kept, ...drafted];
    },
  };
}
