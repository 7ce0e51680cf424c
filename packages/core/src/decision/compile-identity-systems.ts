import type { StoredObject } from '../configuration/stored-object.ts';
import { compilePattern, type Pattern } from '../mapping/glob.ts';
import { isGlobOf, isIdentitySystemName } from '../mapping/names.ts';
import type { IdentitySystemSpec, SubjectForm } from '../mapping/objects.ts';
import { type CompiledRule, createRuleCompiler } from './compile-rule.ts';
import type { PolicyFault } from './policy-fault.ts';
import { createRuleIndex, type RuleIndex } from './rule-index.ts';

export interface CompiledSystem {
  readonly name: string;
  readonly subject: SubjectForm;
  /** The only identity domain whose workloads it names; null: it names those of all, by their cluster. */
  readonly identityDomain: string | null;
  readonly audiencePatterns: readonly Pattern[];
  readonly rules: RuleIndex;
}

interface Compilation {
  readonly byName: ReadonlyMap<string, CompiledSystem>;
  readonly faults: readonly PolicyFault[];
}

/** The identity systems with their rules. A rule whose system is missing is in none, and so never matches. */
export function compileIdentitySystems(
  systems: readonly StoredObject<'IdentitySystem'>[],
  rules: readonly StoredObject<'MappingRule'>[],
): Compilation {
  const faults: PolicyFault[] = [];
  const rulesBySystem = new Map<string, CompiledRule[]>();
  for (const { key, spec } of systems) {
    if (isUsable(key.name, spec)) rulesBySystem.set(key.name, []);
    else faults.push({ key, fault: 'identity_system_invalid' });
  }

  const compileRule = createRuleCompiler();
  for (const { key, spec } of rules) {
    const siblings = key.identitySystem === null ? undefined : rulesBySystem.get(key.identitySystem);
    if (siblings === undefined) {
      faults.push({ key, fault: 'identity_system_missing' });
      continue;
    }
    const { rule, fault } = compileRule(key.name, spec);
    if (rule !== null) siblings.push(rule);
    if (fault !== null) faults.push({ key, fault });
  }

  const byName = new Map<string, CompiledSystem>();
  for (const { key, spec } of systems) {
    const siblings = rulesBySystem.get(key.name);
    if (siblings === undefined) continue;
    const audiencePatterns = spec.audiencePatterns.filter((pattern) => isGlobOf('audience', pattern));
    if (audiencePatterns.length < spec.audiencePatterns.length) {
      faults.push({ key, fault: 'pattern_invalid' });
    }
    byName.set(key.name, {
      name: key.name,
      subject: spec.subject,
      identityDomain: spec.identityDomain ?? null,
      audiencePatterns: audiencePatterns.map(compilePattern),
      rules: createRuleIndex(siblings),
    });
  }
  return { byName, faults };
}

/** A system whose subjects would not be its own, or not one workload's alone, names nobody. */
function isUsable(name: string, spec: IdentitySystemSpec): boolean {
  if (!isIdentitySystemName(name)) return false;
  switch (spec.subject) {
    case '{namespace}.{serviceAccount}':
      return spec.identityDomain !== undefined;
    case '{cluster}.{namespace}.{serviceAccount}':
      return true;
    default:
      // A stored form that this version does not know.
      return false;
  }
}
