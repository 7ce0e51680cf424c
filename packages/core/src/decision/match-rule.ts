import {
  type Coordinates,
  closeness,
  NO_MATCH,
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

export interface MatchedRule {
  readonly rule: CompiledRule;
  readonly specificity: Specificity;
}

/** What of a rule is compared with the workload and the request. */
export type MatchAspect =
  | 'window'
  | 'service_account_uid'
  | 'default_service_account'
  | 'service_account'
  | 'namespace'
  | 'cluster'
  | 'target';

/** The rule in full against the facts, whatever the index has compared before; null where it does not match. */
export function matchRule(rule: CompiledRule, facts: RuleFacts): MatchedRule | null {
  if (!isInWindow(rule, facts) || !fitsPin(rule, facts) || !fitsDefault(rule, facts)) return null;
  const specificity = specificityOf(rule, facts.at);
  return specificity === null ? null : { rule, specificity };
}

/** Everything of the rule that does not match, for `explain`; empty exactly where `matchRule` matches. */
export function unmatchedAspects(rule: CompiledRule, facts: RuleFacts): readonly MatchAspect[] {
  const { at } = facts;
  const isUnmatched: { readonly [aspect in MatchAspect]: boolean } = {
    cluster: closeness(rule.clusters, at.cluster) === NO_MATCH,
    namespace: closeness(rule.namespaces, at.namespace) === NO_MATCH,
    service_account: closeness(rule.serviceAccounts, at.serviceAccount) === NO_MATCH,
    service_account_uid: !fitsPin(rule, facts),
    default_service_account: !fitsDefault(rule, facts),
    target: closeness(rule.targets, at.target) === NO_MATCH,
    window: !isInWindow(rule, facts),
  };
  return (Object.keys(isUnmatched) as MatchAspect[]).filter((aspect) => isUnmatched[aspect]);
}

function isInWindow({ window }: CompiledRule, { nowSeconds }: RuleFacts): boolean {
  return nowSeconds >= window.notBeforeSeconds && nowSeconds < window.notAfterSeconds;
}

function fitsPin({ serviceAccountUid }: CompiledRule, facts: RuleFacts): boolean {
  return serviceAccountUid === null || serviceAccountUid === facts.serviceAccountUid;
}

/**
 * The ServiceAccount `default` is what a pod gets that asked for none, so an allow must say that it means it.
 * A deny needs no such leave: one over a whole namespace would else spare the least intended of its accounts.
 */
function fitsDefault(rule: CompiledRule, { at }: RuleFacts): boolean {
  return at.serviceAccount !== 'default' || !rule.allows || rule.allowsDefaultServiceAccount;
}
