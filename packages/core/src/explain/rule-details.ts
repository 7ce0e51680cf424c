import type { MatchedRule, RuleFacts } from '../decision/match-rule.ts';
import type { Fault } from '../decision/policy-fault.ts';
import { type RankCriterion, rankCriterion } from '../decision/select-rule.ts';
import type { MappingRuleSpec } from '../mapping/objects.ts';
import type { RuleAspect } from './explanation.ts';

/** How many of a list are named before the rest is only counted. */
const MAX_NAMED = 5;

/** What of a rule does not match, in one sentence. */
export function aspectDetail(aspect: RuleAspect, spec: MappingRuleSpec, facts: RuleFacts): string {
  const { at } = facts;
  const { match } = spec;
  switch (aspect) {
    case 'enabled':
      return 'The rule is disabled.';
    case 'enforcement':
      return 'The rule is in shadow, which never decides.';
    case 'window':
      return `The rule is in force ${windowOf(spec)}.`;
    case 'cluster':
      return unmatched('Cluster', at.cluster, match.clusters);
    case 'namespace':
      return unmatched('Namespace', at.namespace, match.namespaces);
    case 'service_account':
      return unmatched('ServiceAccount', at.serviceAccount, match.serviceAccounts);
    case 'target':
      return unmatched('Target', at.target, spec.targets ?? []);
    case 'service_account_uid':
      return `The rule pins the ServiceAccount uid ${match.serviceAccountUid}; the workload's is ${facts.serviceAccountUid ?? 'not given'}.`;
    case 'default_service_account':
      return 'The ServiceAccount default matches an allow only with allowDefaultServiceAccount.';
  }
}

function unmatched(kind: string, name: string, patterns: readonly string[]): string {
  return `${kind} ${name} matches none of ${listed(patterns)}.`;
}

/** The first of a list, and how many more there are; `count` is of all, where the list is not whole. */
export function listed(values: readonly string[], count = values.length): string {
  const named = values.slice(0, MAX_NAMED).join(', ');
  return count > MAX_NAMED ? `${named} and ${count - MAX_NAMED} more` : named;
}

function windowOf({ notBefore, notAfter }: MappingRuleSpec): string {
  const from = notBefore === undefined ? [] : [`from ${notBefore}`];
  return [...from, ...(notAfter === undefined ? [] : [`until ${notAfter}`])].join(' ');
}

/** Why the rule that decides does, and not this one. */
export function rankDetail(winner: MatchedRule | null, loser: MatchedRule): string {
  const criterion = winner === null ? null : rankCriterion(winner, loser);
  if (winner === null || criterion === null) return 'Another rule decides.';
  return WON_BY[criterion](winner, loser);
}

const WON_BY: {
  readonly [criterion in RankCriterion]: (winner: MatchedRule, loser: MatchedRule) => string;
} = {
  effect: ({ rule }) => `${rule.name} is a deny, and a deny beats every allow.`,
  priority: ({ rule }, loser) =>
    `${rule.name} has priority ${rule.priority}, this one ${loser.rule.priority}.`,
  pinned_uid: ({ rule }) => `${rule.name} pins the uid of the ServiceAccount.`,
  service_accounts: ({ rule }) => `${rule.name} matches the ServiceAccount more closely.`,
  namespaces: ({ rule }) => `${rule.name} matches the namespace more closely.`,
  clusters: ({ rule }) => `${rule.name} matches the cluster more closely.`,
  targets: ({ rule }) => `${rule.name} matches the target more closely.`,
  name: ({ rule }) => `${rule.name} is equal otherwise, and its name comes first in byte order.`,
};

/** Of a rule that was written after the policy in force here was read. */
export const STALE_DETAIL =
  'The rule was changed since: what is decided here follows the rule as it was before.';

/** Where a rule is not in force as it is stored: an allow is left out, a deny covers what it may have meant. */
export const FAULT_DETAILS: { readonly [fault in Fault]: string } = {
  identity_system_invalid: 'The identity system is not fit for use.',
  identity_system_missing: 'The identity system is missing.',
  audience_contested: 'Several targets claim the audience.',
  audience_reserved: "The audience is the broker's own or a cluster's.",
  audience_outside_patterns: 'The audience lies outside of what the identity system may claim.',
  pattern_invalid: 'A pattern is one that no name could match.',
  window_invalid: 'notBefore or notAfter is not an instant.',
  condition_unsupported: 'The rule has a condition, and nothing evaluates those.',
  claim_reserved: "A claim is a registered one or the broker's own.",
  claim_placeholder: 'A claim reads as a template, and claims are literals.',
};
