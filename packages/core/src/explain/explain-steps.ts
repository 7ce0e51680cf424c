import type { Decision } from '../decision/decision.ts';
import type { Proof } from '../exchange/prove-subject-token.ts';
import type { PolicyReason, TokenReason } from '../reasons.ts';
import {
  EXPLAINED_STEPS,
  type ExplainedStep,
  type ExplainedStepName,
  type ExplainSubject,
} from './explanation.ts';

/** Where an exchange ends without a credential, and why. */
export interface Failure {
  readonly step: ExplainedStepName;
  readonly reason: TokenReason | PolicyReason;
}

/** The step at which the policy refuses for a reason; `workload_revoked` can be found at two. */
const STEP_OF_REASON: { readonly [reason in PolicyReason]: ExplainedStepName } = {
  workload_revoked: 'revocation',
  audience_unknown: 'target',
  audiences_of_several_targets: 'target',
  target_disabled: 'target',
  identity_domain_foreign: 'identity_domain',
  rule_denied: 'rule',
  rule_not_matched: 'rule',
  token_type_not_offered: 'token_type',
  scope_not_permitted: 'scope',
  subject_too_long: 'subject',
  subject_invalid: 'subject',
  source_token_expiring: 'lifetime',
  lifetime_below_minimum: 'lifetime',
};

export function failureOfProof({ step, reason }: Extract<Proof, { kind: 'refused' }>): Failure {
  return { step, reason };
}

/** Null where a credential would be issued. A revoked subject is known only once a rule has rendered it. */
export function failureOfDecision(decision: Decision): Failure | null {
  if (decision.kind === 'issue') return null;
  const { reason, rule } = decision;
  const isRevokedSubject = reason === 'workload_revoked' && rule !== null;
  return { step: isRevokedSubject ? 'subject' : STEP_OF_REASON[reason], reason };
}

/** Steps that need a token, and those that only other modes of proof have. */
const STEPS_OF_A_TOKEN: ReadonlySet<ExplainedStepName> = new Set([
  'parse_token',
  'resolve_cluster',
  'verify_signature',
  'judge_claims',
  'review',
  'liveness',
]);
const STEPS_OF_OTHER_MODES: ReadonlySet<ExplainedStepName> = new Set(['review', 'liveness']);

/**
 * All steps up to the one that fails are passed, and none after it is reached. `failedDetail` is what is known of the
 * failure beyond its reason, and takes the place of the reason's own sentence.
 */
export function explainSteps(
  asked: ExplainSubject['kind'],
  failure: Failure | null,
  failedDetail: string | null = null,
): readonly ExplainedStep[] {
  const failedAt = failure === null ? EXPLAINED_STEPS.length : EXPLAINED_STEPS.indexOf(failure.step);
  return EXPLAINED_STEPS.map((step, at): ExplainedStep => {
    if (at > failedAt) return { step, outcome: 'not_reached', detail: 'A step before this one failed.' };
    if (failure !== null && at === failedAt) {
      return { step, outcome: 'failed', detail: failedDetail ?? FAILED[failure.reason] };
    }
    if (asked === 'workload' && STEPS_OF_A_TOKEN.has(step)) {
      return { step, outcome: 'not_evaluated', detail: 'The workload was described: there is no token.' };
    }
    if (STEPS_OF_OTHER_MODES.has(step)) {
      return {
        step,
        outcome: 'not_evaluated',
        detail: "The cluster's mode proves tokens without this step.",
      };
    }
    const isUnclamped = asked === 'workload' && step === 'lifetime';
    return { step, outcome: 'passed', detail: isUnclamped ? UNCLAMPED : PASSED[step] };
  });
}

const UNCLAMPED =
  "The lifetime is that of rule and target. A token's own end would shorten it, unless the target lets it.";

const PASSED: { readonly [step in ExplainedStepName]: string } = {
  parse_token: 'The token is a signed JWT.',
  resolve_cluster: "A cluster accepts the token's issuer.",
  verify_signature: 'The keys of exactly one cluster verify the signature.',
  judge_claims: 'The claims are as the cluster demands them: the workload is proven.',
  review: "The cluster's API server confirms the token.",
  liveness: 'The objects that the token is bound to are there.',
  revocation: 'No revocation covers the workload.',
  target: 'Every audience that was asked for is one of the same target, which is enabled.',
  identity_domain: "The identity system names workloads of the cluster's identity domain.",
  rule: 'An allow matches, and no deny does.',
  token_type: 'The target offers the token type.',
  scope: 'Rule and target permit the scopes, or a part of those that were asked for.',
  subject: 'The subject can be spelled, is short enough for the target, and is not revoked.',
  lifetime: 'Enough time is left of what rule, target and source token allow.',
};

const FAILED: { readonly [reason in TokenReason | PolicyReason]: string } = {
  token_malformed: 'The token is not a JWT in compact serialisation.',
  token_encrypted: 'The token is encrypted: ServiceAccount tokens are only signed.',
  token_header_invalid: "The token's header holds more than alg, kid and typ, or these wrongly.",
  token_algorithm_not_allowed: 'The token is signed with an algorithm that is not allowed.',
  token_issuer_unknown: "No enabled cluster accepts the token's issuer.",
  token_key_unknown: 'No cluster of that issuer has the key that the token names.',
  token_signature_invalid: 'The signature does not verify.',
  token_cluster_ambiguous: 'The keys of more than one cluster verify the signature.',
  token_legacy: 'The token is of the kind that is kept in a Secret, without audience and end.',
  token_claim_missing: 'A claim that is required is missing.',
  token_claim_invalid: 'A claim has a value that it cannot have.',
  token_subject_mismatch: "The token's sub says another ServiceAccount than its kubernetes.io claim.",
  token_audience_wrong: "The token carries none of the cluster's audiences.",
  token_audience_shared: 'The token carries an audience of somebody else beside ours.',
  token_audience_api_server: "The token carries an audience of the cluster's API server.",
  token_expired: 'The token has expired.',
  token_not_yet_valid: 'The token is not valid yet: the clocks of cluster and broker differ.',
  token_lifetime_too_long: "The token lives longer than the cluster's maxTokenLifetimeSeconds.",
  token_secret_bound: 'The token is bound to a Secret, which the broker never asks for.',
  workload_revoked: 'A revocation covers the workload, its token or its subject.',
  audience_unknown: 'An audience that was asked for belongs to no target.',
  audiences_of_several_targets: 'The audiences that were asked for belong to several targets.',
  target_disabled: 'The target is disabled.',
  identity_domain_foreign: "The identity system does not name workloads of the cluster's identity domain.",
  rule_denied: 'A deny matches.',
  rule_not_matched: 'No rule matches.',
  token_type_not_offered: 'The target does not offer the token type.',
  scope_not_permitted: 'Rule and target permit none of the scopes that were asked for.',
  subject_too_long: 'The subject is longer than the target takes.',
  subject_invalid: 'The subject cannot be spelled from these names.',
  source_token_expiring: "Less is left of the source token than the target's minTtlSeconds.",
  lifetime_below_minimum: "The rule's lifetime lies below the target's minTtlSeconds.",
};
