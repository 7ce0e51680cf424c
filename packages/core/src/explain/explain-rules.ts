import type { Epoch } from '../configuration/stored-object.ts';
import { type CompiledRule, createRuleCompiler } from '../decision/compile-rule.ts';
import { type MatchedRule, matchRule, type RuleFacts, unmatchedAspects } from '../decision/match-rule.ts';
import type { Fault } from '../decision/policy-fault.ts';
import { compareRank } from '../decision/select-rule.ts';
import { compareByteOrder } from '../mapping/byte-order.ts';
import type { MappingRuleSpec } from '../mapping/objects.ts';
import type { ExplainedRule } from './explanation.ts';
import { aspectDetail, FAULT_DETAILS, rankDetail, STALE_DETAIL } from './rule-details.ts';

type Because = ExplainedRule['because'][number];

/** A rule to be explained; `epoch` is that of its last change, and null for a draft. */
export interface RuleToExplain {
  readonly name: string;
  readonly spec: MappingRuleSpec;
  readonly epoch: Epoch | null;
}

export interface RulesQuestion {
  readonly facts: RuleFacts;
  /** The rule that decides, as the decision names it. */
  readonly decidedBy: string | null;
  /** The epoch of the policy that decided. */
  readonly epoch: Epoch;
}

/** A rule beside what it was compared with. */
export interface JudgedRule {
  readonly name: string;
  readonly spec: MappingRuleSpec;
  readonly isDraft: boolean;
  /** Null where it does not match. */
  readonly matched: MatchedRule | null;
  readonly isDamaged: boolean;
  readonly because: readonly Because[];
}

export interface RulesExplainer {
  add(rule: RuleToExplain): void;
  /** The rule that decides first, then those that match in the order of their rank, then the closest. */
  closest(): { readonly rules: readonly JudgedRule[]; readonly omitted: number };
}

/** How many rules are shown. */
const MAX_RULES = 100;

/**
 * Compares rules one after another and keeps those that decide or come closest: what it holds is bounded, however many
 * rules the identity system has.
 */
export function createRulesExplainer(question: RulesQuestion): RulesExplainer {
  const compileRule = createRuleCompiler();
  const { decidedBy } = question;
  let kept: JudgedRule[] = [];
  let added = 0;

  function prune(): void {
    kept = kept.toSorted((left, right) => compareCloseness(left, right, decidedBy)).slice(0, MAX_RULES);
  }

  return {
    add(rule) {
      added += 1;
      kept.push(judgeRule(rule, question, compileRule));
      if (kept.length > 2 * MAX_RULES) prune();
    },
    closest() {
      prune();
      return { rules: kept, omitted: added - kept.length };
    },
  };
}

function judgeRule(
  { name, spec, epoch }: RuleToExplain,
  question: RulesQuestion,
  compileRule: ReturnType<typeof createRuleCompiler>,
): JudgedRule {
  const { rule, fault } = compileRule(name, spec);
  const isStale = epoch !== null && epoch.number > question.epoch.number;
  const because = [...faults(fault, isStale), ...unmet(name, spec, { question, rule, compileRule })];
  return {
    name,
    spec,
    isDraft: epoch === null,
    matched: rule === null || isStale ? null : matchRule(rule, question.facts),
    isDamaged: fault !== null || isStale,
    because,
  };
}

function faults(fault: Fault | null, isStale: boolean): readonly Because[] {
  return [
    ...(fault === null ? [] : [{ aspect: 'fault', detail: FAULT_DETAILS[fault] } as const]),
    ...(isStale ? [{ aspect: 'fault', detail: STALE_DETAIL } as const] : []),
  ];
}

/** Everything that does not match. A rule that is switched off is compared as if it were on. */
function unmet(
  name: string,
  spec: MappingRuleSpec,
  context: {
    readonly question: RulesQuestion;
    readonly rule: CompiledRule | null;
    readonly compileRule: ReturnType<typeof createRuleCompiler>;
  },
): readonly Because[] {
  const { facts } = context.question;
  const compared =
    context.rule ?? context.compileRule(name, { ...spec, enabled: true, enforcement: 'enforce' }).rule;
  const aspects = [
    ...(spec.enabled ? [] : (['enabled'] as const)),
    ...(spec.enforcement === 'shadow' ? (['enforcement'] as const) : []),
    ...(compared === null ? [] : unmatchedAspects(compared, facts)),
  ];
  return aspects.map((aspect) => ({ aspect, detail: aspectDetail(aspect, spec, facts) }));
}

function compareCloseness(left: JudgedRule, right: JudgedRule, decidedBy: string | null): number {
  return (
    Number(right.name === decidedBy) - Number(left.name === decidedBy) ||
    Number(right.matched !== null) - Number(left.matched !== null) ||
    (left.matched !== null && right.matched !== null ? compareRank(right.matched, left.matched) : 0) ||
    left.because.length - right.because.length ||
    compareByteOrder(left.name, right.name)
  );
}

/** The rules as they are shown, beside the one that decides. */
export function explainedRules(
  rules: readonly JudgedRule[],
  decidedBy: string | null,
): readonly ExplainedRule[] {
  const winner = rules.find(({ name }) => name === decidedBy)?.matched ?? null;
  return rules.map((judged): ExplainedRule => {
    const { name, spec, isDraft, matched } = judged;
    const outcome = outcomeOf(judged, decidedBy);
    const because =
      outcome === 'outranked' && matched !== null
        ? [{ aspect: 'rank', detail: rankDetail(winner, matched) } as const, ...judged.because]
        : judged.because;
    return { name, effect: spec.effect, priority: spec.priority, isDraft, outcome, because };
  });
}

function outcomeOf(judged: JudgedRule, decidedBy: string | null): ExplainedRule['outcome'] {
  if (judged.name === decidedBy) return 'selected';
  if (judged.matched !== null) return 'outranked';
  return judged.isDamaged ? 'damaged' : 'not_matched';
}
