import { compareByteOrder } from '../mapping/byte-order.ts';
import type { CompiledRule } from './compile-rule.ts';
import { type MatchedRule, matchRule, type RuleFacts } from './match-rule.ts';

/** By what one matching rule outranks another. */
export type RankCriterion =
  | 'effect'
  | 'priority'
  | 'pinned_uid'
  | 'service_accounts'
  | 'namespaces'
  | 'clusters'
  | 'targets'
  | 'name';

interface Ranking {
  readonly by: RankCriterion;
  /** Positive where `left` comes first. */
  compare(left: MatchedRule, right: MatchedRule): number;
}

/**
 * Deny over allow; then priority; then the more specific match: a pinned uid, and the patterns; then the name that
 * comes first in byte order, so that no two rules of a system are equal. The first that tells two rules apart decides.
 */
const RANKINGS: readonly Ranking[] = [
  { by: 'effect', compare: (left, right) => Number(right.rule.allows) - Number(left.rule.allows) },
  { by: 'priority', compare: (left, right) => left.rule.priority - right.rule.priority },
  { by: 'pinned_uid', compare: (left, right) => isPinned(left) - isPinned(right) },
  {
    by: 'service_accounts',
    compare: (left, right) => left.specificity.serviceAccounts - right.specificity.serviceAccounts,
  },
  { by: 'namespaces', compare: (left, right) => left.specificity.namespaces - right.specificity.namespaces },
  { by: 'clusters', compare: (left, right) => left.specificity.clusters - right.specificity.clusters },
  { by: 'targets', compare: (left, right) => left.specificity.targets - right.specificity.targets },
  { by: 'name', compare: (left, right) => compareByteOrder(right.rule.name, left.rule.name) },
];

function isPinned({ rule }: MatchedRule): number {
  return rule.serviceAccountUid === null ? 0 : 1;
}

/** The rule that decides: any deny before every allow, and the first in rank of either. Null: nothing matches. */
export function selectRule(candidates: readonly CompiledRule[], facts: RuleFacts): CompiledRule | null {
  let selected: MatchedRule | null = null;
  for (const candidate of candidates) {
    const matched = matchRule(candidate, facts);
    if (matched !== null && (selected === null || compareRank(matched, selected) > 0)) selected = matched;
  }
  return selected?.rule ?? null;
}

/** Positive where `left` comes before `right`; 0 only for one and the same rule. */
export function compareRank(left: MatchedRule, right: MatchedRule): number {
  for (const { compare } of RANKINGS) {
    const order = compare(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

/** What the rank of two rules was decided by; null for one and the same rule. */
export function rankCriterion(left: MatchedRule, right: MatchedRule): RankCriterion | null {
  return RANKINGS.find(({ compare }) => compare(left, right) !== 0)?.by ?? null;
}
