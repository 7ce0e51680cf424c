import { isSharedSubjectName, parseInstantMs } from '@symbolon/core';
import { z } from 'zod';
import { commonFields } from './common-fields.ts';
import {
  flag,
  instant,
  list,
  nameOrGlob,
  notAvailableYet,
  optionalTtlSeconds,
  scopeOrAll,
  uid,
  wholeNumber,
} from './fields.ts';
import { judgeFields, type Report } from './judge-fields.ts';
import { offer } from './one-of.ts';
import { ruleClaims } from './rule-claims.ts';

const PATTERNS = { min: 1, max: 100 };

const ruleMatch = z.strictObject({
  clusters: list(nameOrGlob('cluster'), PATTERNS).meta({
    description:
      'Names of clusters, or patterns in which each * stands for one or more characters: 1 to 100.',
  }),
  namespaces: list(nameOrGlob('namespace'), PATTERNS).meta({
    description: 'Names of namespaces, or patterns of them: 1 to 100.',
  }),
  serviceAccounts: list(nameOrGlob('serviceAccount'), PATTERNS).meta({
    description: 'Names of ServiceAccounts, or patterns of them: 1 to 100.',
  }),
  serviceAccountUid: uid.exactOptional().meta({
    description:
      'The uid of one ServiceAccount: a re-created one of the same name has another and does not match.',
  }),
  condition: notAvailableYet(z.string(), 'a condition').exactOptional().meta({
    description: 'An expression that must hold too. Not available yet: leave it out.',
  }),
});

/** Body of `identity-systems/{system}/rules/{name}`: which workloads get what, or do not. */
export const mappingRuleBody = z
  .strictObject({
    effect: z
      .enum(['allow', 'deny'])
      .meta({ description: 'Whether what matches is allowed or denied; a deny beats every allow.' }),
    enforcement: z
      .enum(['enforce', 'shadow'], { error: offer('enforce') })
      .refine((value) => value === 'enforce', { error: 'shadow is not available yet: use "enforce"' })
      .default('enforce')
      .meta({ description: 'enforce; shadow is not available yet. Default enforce.' }),
    priority: wholeNumber('Among the allows that match, the highest wins.', {
      min: -1_000_000,
      max: 1_000_000,
      byDefault: 0,
    }),
    match: ruleMatch.meta({ description: 'Which workloads the rule concerns; all parts must match.' }),
    allowDefaultServiceAccount: flag('Whether the ServiceAccount `default` can match.', false),
    sharedSubject: z
      .string()
      .refine(isSharedSubjectName, { error: 'must be a DNS label' })
      .exactOptional()
      .meta({
        description:
          'A DNS label: everything that matches gets the one subject `<system>.shared/<sharedSubject>`.',
      }),
    targets: list(nameOrGlob('target'), PATTERNS).exactOptional().meta({
      description:
        'Names of targets of the system, or patterns of them: 1 to 100. Required by an allow; a deny without it covers the whole system.',
    }),
    scopes: list(scopeOrAll, { min: 0, max: 100 })
      .refine((values) => values.length <= 1 || !values.includes('*'), { error: 'must hold "*" alone' })
      .exactOptional()
      .meta({
        description: 'Scopes that may be given, at most 100; ["*"] for all of the target. Default none.',
      }),
    claims: ruleClaims,
    ttlSeconds: optionalTtlSeconds(
      "Lifetime of the credential, within the target's maximum. Default: the target's defaultTtlSeconds.",
    ),
    notBefore: instant.exactOptional().meta({ description: 'RFC 3339 instant from which the rule holds.' }),
    notAfter: instant
      .exactOptional()
      .meta({ description: 'RFC 3339 instant from which it holds no longer.' }),
    enabled: flag('Whether the rule takes part in decisions.', true),
    ...commonFields,
  })
  .check(
    judgeFields(['effect', 'targets'], ({ effect, targets }, report) => {
      if (effect === 'allow' && targets === undefined) report(['targets'], 'is required by an allow');
    }),
    judgeFields(['notBefore', 'notAfter'], judgeWindow),
    judgeFields(['effect', 'sharedSubject', 'scopes', 'claims', 'ttlSeconds'], judgeDeny),
  );

export type MappingRuleBody = z.output<typeof mappingRuleBody>;

function judgeWindow(rule: { notBefore?: string; notAfter?: string }, report: Report): void {
  const from = rule.notBefore === undefined ? null : parseInstantMs(rule.notBefore);
  const until = rule.notAfter === undefined ? null : parseInstantMs(rule.notAfter);
  if (from !== null && until !== null && from >= until) report(['notAfter'], 'must be later than notBefore');
}

/** A field that a rule would never use is refused, so that nobody believes that it does something. */
function judgeDeny(
  rule: { effect: string; sharedSubject?: string; scopes?: unknown; claims: object; ttlSeconds?: number },
  report: Report,
): void {
  if (rule.effect !== 'deny') return;
  for (const field of ['sharedSubject', 'scopes', 'ttlSeconds'] as const) {
    if (rule[field] !== undefined) report([field], 'has no meaning in a deny: leave it out');
  }
  if (Object.keys(rule.claims).length > 0) report(['claims'], 'has no meaning in a deny: leave it out');
}
