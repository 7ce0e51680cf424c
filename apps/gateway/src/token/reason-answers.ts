import type { Reason } from '@symbolon/core';
import type { OAuthErrorCode } from '@symbolon/protocol';

/** Every reason for which the gateway does not serve a request: core's, and that of a path that is none. */
export type AnswerReason = Reason | 'not_found';

/**
 * A public reason that stands for several internal ones, so that a caller cannot tell them apart and learn which
 * audiences, rules and systems exist.
 */
export type StandIn = 'target_not_permitted';

export type PublicReason = AnswerReason | StandIn;

export const MENDERS = [
  'the workload',
  'the cluster operator',
  'the owner of the identity system',
  'the broker operator',
] as const;

/** What a caller is told: the status, the OAuth error, and text without a word of the caller's own. */
export interface ReasonAnswer {
  readonly status: 400 | 401 | 404 | 405 | 413 | 503;
  readonly error: OAuthErrorCode;
  /** RFC 6749 §5.2: printable ASCII without quotation mark and backslash. */
  readonly description: string;
  readonly mendedBy: (typeof MENDERS)[number];
  /** Whether the audiences that the cluster expects are named: only where its signature was verified. */
  readonly namesExpectedAudiences?: true;
}

const request = { status: 400, error: 'invalid_request', mendedBy: 'the workload' } as const;
const target = {
  status: 400,
  error: 'invalid_target',
  mendedBy: 'the owner of the identity system',
} as const;
const unavailable = {
  status: 503,
  error: 'temporarily_unavailable',
  mendedBy: 'the broker operator',
} as const;
const targetNotPermitted = { standIn: 'target_not_permitted' } as const;

/** The one place that decides how an internal reason is answered, and which reasons are answered as another. */
const ANSWERS: { readonly [R in AnswerReason]: ReasonAnswer | { readonly standIn: StandIn } } = {
  method_not_allowed: {
    ...request,
    status: 405,
    description: 'This path does not take this method. The Allow header names those that it takes.',
  },
  content_type_unsupported: {
    ...request,
    description: 'The content type must be application/x-www-form-urlencoded, in UTF-8.',
  },
  query_parameters_not_allowed: {
    ...request,
    description: 'The token endpoint takes its parameters in the body and none in the URL.',
  },
  body_too_large: { ...request, status: 413, description: 'The body is larger than 65536 bytes.' },
  body_malformed: {
    ...request,
    description: 'The body is not a form: percent-encoded UTF-8 of at most 128 parameters.',
  },
  parameter_missing: { ...request, description: 'A required parameter is missing or empty.' },
  parameter_repeated: { ...request, description: 'A parameter that may be given once was given repeatedly.' },
  parameter_malformed: { ...request, description: 'A parameter has a value of a form that it cannot have.' },
  grant_type_unsupported: {
    ...request,
    error: 'unsupported_grant_type',
    description: 'The grant type is not one of those that the discovery document lists.',
  },
  client_authentication_failed: {
    ...request,
    status: 401,
    error: 'invalid_client',
    description:
      'The client is not known. A workload sends no client parameter and no Authorization header: its subject token is its credential.',
  },
  subject_token_type_unsupported: {
    ...request,
    description: 'A ServiceAccount token has the type urn:ietf:params:oauth:token-type:jwt, and no other.',
  },
  requested_token_type_unsupported: {
    ...request,
    description: 'The requested token type must be the URN of an access_token, an id_token or a jwt.',
  },
  actor_token_type_missing: { ...request, description: 'An actor_token needs its actor_token_type.' },
  actor_token_missing: {
    ...request,
    description: 'An actor_token_type must not come without its actor_token.',
  },
  actor_token_unsupported: {
    ...request,
    description: 'Delegation is not supported: leave out actor_token and actor_token_type.',
  },
  dpop_unsupported: {
    ...request,
    description: 'Credentials bound to a DPoP key are not issued. Without the DPoP header an unbound one is.',
  },
  target_missing: { ...request, description: 'The request must name its target by audience or resource.' },

  token_malformed: { ...request, description: 'The subject token is not a JWT in compact serialization.' },
  token_encrypted: {
    ...request,
    description: 'The subject token is encrypted. A ServiceAccount token is signed only.',
  },
  token_header_invalid: {
    ...request,
    description: 'The header of the subject token has members that a ServiceAccount token cannot have.',
  },
  token_algorithm_not_allowed: {
    ...request,
    description: 'The signature algorithm of the subject token is not allowed for its cluster.',
    mendedBy: 'the cluster operator',
  },
  token_issuer_unknown: {
    ...request,
    description: 'No cluster is registered for the issuer of the subject token.',
    mendedBy: 'the broker operator',
  },
  token_key_unknown: {
    ...request,
    description: 'The subject token names a key that its cluster does not publish.',
    mendedBy: 'the cluster operator',
  },
  token_signature_invalid: { ...request, description: 'The signature of the subject token does not verify.' },
  token_cluster_ambiguous: {
    ...request,
    description: 'The keys of more than one cluster verify the subject token.',
    mendedBy: 'the cluster operator',
  },
  token_legacy: {
    ...request,
    description:
      'The subject token is of the legacy kind kept in a Secret. Use a projected ServiceAccount token.',
  },
  token_claim_missing: { ...request, description: 'The subject token lacks a required claim.' },
  token_claim_invalid: {
    ...request,
    description: 'The subject token has a claim whose type or value is not that of a ServiceAccount token.',
  },
  token_subject_mismatch: {
    ...request,
    description: 'The sub of the subject token does not agree with its kubernetes.io claims.',
    mendedBy: 'the cluster operator',
  },
  token_audience_wrong: {
    ...request,
    description: 'The subject token was not issued for this broker.',
    namesExpectedAudiences: true,
  },
  token_audience_shared: {
    ...request,
    description: 'The subject token was issued for another audience beside this broker.',
    namesExpectedAudiences: true,
  },
  token_audience_api_server: {
    ...request,
    description: 'The subject token also speaks to the API server of its cluster, which is never accepted.',
    namesExpectedAudiences: true,
  },
  token_expired: {
    ...request,
    description: 'The subject token has expired. Read the token file again: Kubernetes renews it there.',
  },
  token_not_yet_valid: {
    ...request,
    description: 'The subject token is not valid yet: the clocks of cluster and broker differ.',
    mendedBy: 'the cluster operator',
  },
  token_lifetime_too_long: {
    ...request,
    description:
      'The subject token lives longer than is allowed for its cluster. Request one that lives shorter.',
  },
  token_secret_bound: {
    ...request,
    description: 'The subject token is bound to a Secret. Use one that is bound to a pod.',
  },

  audience_unknown: targetNotPermitted,
  audiences_of_several_targets: targetNotPermitted,
  target_disabled: targetNotPermitted,
  rule_denied: targetNotPermitted,
  rule_not_matched: targetNotPermitted,
  identity_domain_foreign: targetNotPermitted,
  workload_revoked: {
    ...request,
    description: 'The workload, or its subject token, is revoked.',
    mendedBy: 'the broker operator',
  },
  token_type_not_offered: {
    ...request,
    description: 'The target does not offer the requested token type. Without one its own is issued.',
  },
  scope_not_permitted: {
    ...request,
    error: 'invalid_scope',
    description: 'None of the requested scopes is permitted for this workload at this target.',
    mendedBy: 'the owner of the identity system',
  },
  subject_too_long: {
    ...target,
    description: 'The native subject of the workload is longer than the target takes; it is never cut.',
  },
  subject_invalid: { ...target, description: 'The native subject of the workload cannot be written.' },
  source_token_expiring: {
    ...request,
    description:
      'Too little is left of the life of the subject token. Read the token file again, then retry.',
  },
  lifetime_below_minimum: {
    ...target,
    description: 'What the rule and the target allow is shorter than the shortest lifetime of the target.',
  },

  policy_unavailable: { ...unavailable, description: 'The broker does not know the policy in force.' },
  cluster_keys_unavailable: {
    ...unavailable,
    description: 'The broker cannot get the keys of the cluster.',
    mendedBy: 'the cluster operator',
  },
  signing_key_unavailable: { ...unavailable, description: 'The broker cannot use its signing key.' },
  audit_unavailable: { ...unavailable, description: 'The broker cannot write its audit trail.' },
  storage_unavailable: { ...unavailable, description: 'The broker cannot reach its storage.' },
  internal_error: { ...unavailable, description: 'The broker failed for a reason of its own.' },

  not_found: { ...request, status: 404, error: 'not_found', description: 'There is nothing at this path.' },
};

const STAND_INS: { readonly [S in StandIn]: ReasonAnswer } = {
  target_not_permitted: {
    ...target,
    description: 'The workload may not have a credential for this audience.',
  },
};

/** How a reason is answered, and under which public name. */
export function answerFor(reason: AnswerReason): ReasonAnswer & { readonly publicReason: PublicReason } {
  const entry = ANSWERS[reason];
  return 'standIn' in entry
    ? { ...STAND_INS[entry.standIn], publicReason: entry.standIn }
    : { ...entry, publicReason: reason };
}

export const ANSWER_REASONS = Object.keys(ANSWERS) as readonly AnswerReason[];
