import type { MappingRuleSpec } from '../mapping/objects.ts';
import type { CompiledSystem } from './compile-identity-systems.ts';
import type { Policy } from './compile-policy.ts';
import { createRuleCompiler } from './compile-rule.ts';
import type { CompiledTarget } from './compile-targets.ts';

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
  const ofSystem = policy.targets.filter((target) => target.system.name === system);
  const [first] = ofSystem;
  if (drafts.length === 0 || first === undefined) return policy;
  const drafted = systemWithDrafts(first.system, drafts);
  const redrawn = new Map(ofSystem.map((target) => [target, { ...target, system: drafted }]));
  const redraw = (target: CompiledTarget): CompiledTarget => redrawn.get(target) ?? target;
  return {
    ...policy,
    targets: policy.targets.map(redraw),
    targetOfAudience(audience) {
      const target = policy.targetOfAudience(audience);
      return target === undefined ? undefined : redraw(target);
    },
  };
}

function systemWithDrafts(system: CompiledSystem, drafts: readonly DraftRule[]): CompiledSystem {
  const compileRule = createRuleCompiler();
  const byName = new Map(drafts.map(({ name, spec }) => [name, compileRule(name, spec).rule]));
  const drafted = [...byName.values()].filter((rule) => rule !== null);
  return {
    ...system,
    rules: {
      candidates(at) {
        const kept = system.rules.candidates(at).filter(({ name }) => !byName.has(name));
        return [...kept, ...drafted];
      },
    },
  };
}
