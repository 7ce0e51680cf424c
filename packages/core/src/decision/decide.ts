import { renderSubject } from '../mapping/render-subject.ts';
import { type Refused, refused } from '../result.ts';
import type { DescribedWorkload, ProvenWorkload } from '../workload/workload.ts';
import type { Policy } from './compile-policy.ts';
import type { CompiledRule } from './compile-rule.ts';
import type { CompiledTarget } from './compile-targets.ts';
import type { Decision, DecisionRequest, RefuseDecision } from './decision.ts';
import { grantLifetime } from './grant-lifetime.ts';
import { grantScopes } from './grant-scopes.ts';
import type { RuleFacts } from './match-rule.ts';
import { selectRule } from './select-rule.ts';

/*
 * This folder owns the policy, from the stored objects to the answer to one request: compilePolicy turns a snapshot
 * into indexes, policyWithChanges makes others of them, and decide reads them: what is made never changes. It is apart because nothing else may judge who gets what: no I/O,
 * no clock and no cache is in here, so that an answer depends on its arguments alone and can be tried over again.
 */

/** What is decided about: both carry the same facts, and only a proven workload is ever issued to. */
export type DecidedWorkload = ProvenWorkload | DescribedWorkload;

/**
 * What the policy says of a workload and a request: one pure function for every grant, proof mode and cache state, and
 * for `explain`.
 *
 * The order of the steps is what a caller can learn from a reason:
 * - A revocation is asked first, so that a revoked workload hears the same whatever it asks for.
 * - From the audience to the rules, each reason alone would tell that a target, its identity system or a rule exists.
 *   To the caller `audience_unknown`, `audiences_of_several_targets`, `target_disabled`, `identity_domain_foreign`,
 *   `rule_denied` and `rule_not_matched` must be one public reason; which of them it was is the audit trail's.
 * - After an allow has matched, the caller may use the target, and what is wrong with the rest of the request is theirs
 *   to know: the type of token, the scopes, the subject, the time that is left.
 *
 * One rule decides. Where the winner grants less than was asked for, no lesser rule is tried: a rule of higher priority
 * could else never narrow anything.
 */
export function decide(policy: Policy, workload: DecidedWorkload, request: DecisionRequest): Decision {
  const { nowSeconds } = request;
  if (policy.revocations.revokesWorkload(workload, nowSeconds)) return refuse('workload_revoked');

  const found = findTarget(policy, request.audiences);
  if (found.kind === 'refused') return refuse(found.reason);
  const { target } = found;
  if (!target.enabled) return refuse('target_disabled', { target });
  if (!isInDomain(workload, target, policy)) return refuse('identity_domain_foreign', { target });

  const facts = ruleFactsOf(workload, target.name, nowSeconds);
  const rule = selectRule(policy.rulesOf(target.system.name).candidates(facts.at), facts);
  if (rule === null) return refuse('rule_not_matched', { target });
  if (!rule.allows) return refuse('rule_denied', { target, rule });

  const tokenType = request.tokenType ?? target.tokenTypes[0];
  if (tokenType === undefined || !target.tokenTypes.includes(tokenType)) {
    return refuse('token_type_not_offered', { target, rule });
  }
  const scopes = grantScopes(request.scopes, rule, target);
  if (scopes === null) return refuse('scope_not_permitted', { target, rule });

  const { sharedSubject } = rule;
  const rendered = renderSubject({
    system: target.system,
    workload,
    sharedSubject,
    maxSubjectBytes: target.maxSubjectBytes,
  });
  if (rendered.kind === 'refused') return refuse(rendered.reason, { target, rule });
  if (policy.revocations.revokesSubject(rendered.subject, workload, nowSeconds)) {
    return refuse('workload_revoked', { target, rule });
  }
  const lifetime = grantLifetime({ target, rule, source: workload.source, nowSeconds });
  if (lifetime.kind === 'refused') return refuse(lifetime.reason, { target, rule });

  return {
    kind: 'issue',
    identitySystem: target.system.name,
    target: target.name,
    rule: rule.name,
    subject: rendered.subject,
    audience: target.issuedAudience === undefined ? [...new Set(request.audiences)] : [target.issuedAudience],
    tokenType,
    signingAlgorithm: target.signingAlgorithm,
    scopes,
    expiresAtSeconds: lifetime.expiresAtSeconds,
    claims: rule.claims,
    include: target.claims.include,
  };
}

/** All values must name one target; none of them is ever left aside. */
function findTarget(
  policy: Policy,
  audiences: readonly string[],
):
  | { readonly kind: 'found'; readonly target: CompiledTarget }
  | Refused<'audience_unknown' | 'audiences_of_several_targets'> {
  const targets = new Set(audiences.map((audience) => policy.targetOfAudience(audience)));
  const [target] = targets;
  if (target === undefined || targets.has(undefined)) return refused('audience_unknown');
  return targets.size === 1 ? { kind: 'found', target } : refused('audiences_of_several_targets');
}

/**
 * The domain is the one that this policy gives the cluster, not the one that the workload was proven under: a cluster
 * that has left, or is disabled or gone, is in none.
 */
function isInDomain(workload: DecidedWorkload, target: CompiledTarget, policy: Policy): boolean {
  const cluster = policy.clusterNamed(workload.cluster);
  const { identityDomain } = target.system;
  return cluster !== undefined && (identityDomain === null || cluster.identityDomain === identityDomain);
}

/** What the rules are matched against. */
export function ruleFactsOf(workload: DecidedWorkload, target: string, nowSeconds: number): RuleFacts {
  const { cluster, namespace, serviceAccount } = workload;
  const at = { cluster, namespace, serviceAccount: serviceAccount.name, target };
  return { at, serviceAccountUid: serviceAccount.uid, nowSeconds };
}

/** `got` is how far the decision had come. */
function refuse(
  reason: RefuseDecision['reason'],
  got: { readonly target?: CompiledTarget; readonly rule?: CompiledRule } = {},
): RefuseDecision {
  return {
    kind: 'refuse',
    reason,
    identitySystem: got.target?.system.name ?? null,
    target: got.target?.name ?? null,
    rule: got.rule?.name ?? null,
  };
}
