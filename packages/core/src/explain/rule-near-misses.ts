import type { RuleFacts } from '../decision/match-rule.ts';
import { compilePattern, matchesPattern } from '../mapping/glob.ts';
import type { MappingRuleSpec, RuleMatch } from '../mapping/objects.ts';
import type { JudgedRule } from './explain-rules.ts';
import type { NearMiss, RuleAspect } from './explanation.ts';
import { meantName } from './meant-name.ts';
import { listed } from './rule-details.ts';

/** The rules that a single name keeps from matching, its spelling, or the case of letters alone. */
export function nearMissesOfRules(rules: readonly JudgedRule[], facts: RuleFacts): readonly NearMiss[] {
  return rules.flatMap((rule) => nearMissOfRule(rule, facts) ?? []);
}

function nearMissOfRule(rule: JudgedRule, facts: RuleFacts): NearMiss | null {
  const { name, spec, because } = rule;
  if (differsByCaseAlone(rule, facts)) {
    return { kind: 'letter_case', detail: `Rule ${name} would match but for the case of letters.` };
  }
  const [only, ...more] = because;
  if (only === undefined || more.length > 0) return null;
  if (only.aspect === 'cluster') {
    const clusters = listed(spec.match.clusters);
    return {
      kind: 'other_cluster',
      detail: `Rule ${name} matches but for the cluster: it names ${clusters}.`,
    };
  }
  if (only.aspect === 'target') {
    const targets = listed(spec.targets ?? []);
    return {
      kind: 'other_audience',
      detail: `Rule ${name} matches but for the target: it names ${targets}.`,
    };
  }
  const { at } = facts;
  const { match } = spec;
  if (only.aspect === 'namespace') return misspelt(name, ['namespace', at.namespace, match.namespaces]);
  if (only.aspect === 'service_account') {
    return misspelt(name, ['ServiceAccount', at.serviceAccount, match.serviceAccounts]);
  }
  return null;
}

/** Only an exact name can have been meant: what a pattern stands for has no one spelling. */
function misspelt(
  rule: string,
  [what, written, patterns]: readonly [what: string, written: string, patterns: readonly string[]],
): NearMiss | null {
  const names = patterns.filter((pattern) => !pattern.includes('*'));
  const meant = meantName(written, names);
  if (meant === null) return null;
  return {
    kind: 'spelling',
    detail: `Rule ${rule} would match but for the spelling of the ${what} ${meant}.`,
  };
}

const NAME_ASPECTS: ReadonlySet<RuleAspect | 'rank' | 'fault'> = new Set([
  'cluster',
  'namespace',
  'service_account',
  'target',
  // A pattern with a capital letter is one that no name could match.
  'fault',
]);

function differsByCaseAlone({ spec, because }: JudgedRule, { at }: RuleFacts): boolean {
  if (!because.every(({ aspect }) => NAME_ASPECTS.has(aspect))) return false;
  const lists = listsOf(spec, at);
  const fits = (fold: (text: string) => string) =>
    lists.every(({ patterns, name }) =>
      patterns.some((pattern) => matchesPattern(compilePattern(fold(pattern)), fold(name))),
    );
  return !fits((text) => text) && fits((text) => text.toLowerCase());
}

function listsOf({ match, targets = ['*'] }: MappingRuleSpec, at: RuleFacts['at']) {
  // A damaged rule may lack a list as it is stored, whatever its type says.
  const stored: Partial<RuleMatch> = match;
  return [
    { patterns: stored.clusters ?? [], name: at.cluster },
    { patterns: stored.namespaces ?? [], name: at.namespace },
    { patterns: stored.serviceAccounts ?? [], name: at.serviceAccount },
    { patterns: targets, name: at.target },
  ];
}
