import { compareByteOrder } from '../mapping/byte-order.ts';
import {
  type Coordinates,
  compareSpecificity,
  type Specificity,
  specificityOf,
} from '../mapping/specificity.ts';
import type { CompiledRule } from './compile-rule.ts';

/** What rules are matched against. */
export interface RuleFacts {
  readonly at: Coordinates;
  /** Null where the workload was described without one: then no pin matches. */
  readonly serviceAccountUid: string | null;
  readonly nowSeconds: number;
}

interface MatchedRule {
  readonly rule: CompiledRule;
  readonly specificity: Specificity;
}

/** The rule in full against the facts, whatever the index has compared before; null where it does not match. */
function matchRule(rule: CompiledRule, facts: RuleFacts): MatchedRule | null {
  if (facts.nowSeconds < rule.notBeforeSeconds || facts.nowSeconds >= rule.notAfterSeconds) return null;
  if (rule.serviceAccountUid !== null && rule.serviceAccountUid !== facts.serviceAccountUid) return null;
  if (facts.at.serviceAccount === 'default' && !matchesDefault(rule)) return null;
  const specificity = specificityOf(rule, facts.at);
  return specificity === null ? null : { rule, specificity };
}

/**
 * The ServiceAccount `default` is what a pod gets that asked for none, so an allow must say that it means it.
 * A deny needs no such leave: one over a whole namespace would else spare the least intended of its accounts.
 */
function matchesDefault(rule: CompiledRule): boolean {
  return !rule.allows || rule.allowsDefaultServiceAccount;
}

/** The rule that decides: any deny before every allow, and the first in rank of either. Null: nothing matches. */
export function selectRule(candidates: readonly CompiledRule[], facts: RuleFacts): CompiledRule | null {
  let selected: MatchedRule | null = null;
  for (const candidate of candidates) {
    const matched = matchRule(candidate, facts);
    if (matched !== null && (selected === null || outranks(matched, selected))) selected = matched;
  }
  return selected?.rule ?? null;
}

/**
 * Deny over allow; then priority; then the more specific match: a pinned uid, and the patterns; then the name that
 * comes first in byte order, so that no two rules of a system are equal.
 */
function outranks(left: MatchedRule, right: MatchedRule): boolean {
  if (left.rule.allows !== right.rule.allows) return !left.rule.allows;
  const order =
    left.rule.priority - right.rule.priority ||
    Number(left.rule.serviceAccountUid !== null) - Number(right.rule.serviceAccountUid !== null) ||
    compareSpecificity(left.specificity, right.specificity) ||
    compareByteOrder(right.rule.name, left.rule.name);
  return order > 0;
}
