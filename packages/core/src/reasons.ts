/**
 * Every reason for which an exchange can end without a credential, in one closed union: the same words stand in
 * the log, in the audit trail and in docs/errors.md. A new reason is added here first; the compiler then names every
 * place that must know it.
 */

/** The request is not one that the token endpoint can read (RFC 6749 §3.2, RFC 8693 §2.1). Nothing was proved. */
export const REQUEST_REASONS = [
  'method_not_allowed',
  'content_type_unsupported',
  'query_parameters_not_allowed',
  'body_too_large',
  'body_malformed',
  'parameter_missing',
  'parameter_repeated',
  'parameter_malformed',
  'grant_type_unsupported',
  'client_authentication_failed',
  'subject_token_type_unsupported',
  'requested_token_type_unsupported',
  'actor_token_type_missing',
  'actor_token_missing',
  'actor_token_unsupported',
  'dpop_unsupported',
  'target_missing',
] as const;

/** The subject token was not proven. */
export const TOKEN_REASONS = [
  'token_malformed',
  'token_encrypted',
  'token_header_invalid',
  'token_algorithm_not_allowed',
  'token_issuer_unknown',
  'token_key_unknown',
  'token_signature_invalid',
  'token_cluster_ambiguous',
  'token_legacy',
  'token_claim_missing',
  'token_claim_invalid',
  'token_subject_mismatch',
  'token_audience_wrong',
  'token_audience_shared',
  'token_audience_api_server',
  'token_expired',
  'token_not_yet_valid',
  'token_lifetime_too_long',
  'token_secret_bound',
] as const;

/** The workload is proven; the policy refuses what it asked for. */
export const POLICY_REASONS = [
  'audience_unknown',
  'audiences_of_several_targets',
  'target_disabled',
  'rule_denied',
  'rule_not_matched',
  'identity_domain_foreign',
  'workload_revoked',
  'token_type_not_offered',
  'scope_not_permitted',
  'subject_too_long',
  'subject_invalid',
  'source_token_expiring',
  'lifetime_below_minimum',
] as const;

/** The broker's own trouble. */
export const UNAVAILABLE_REASONS = [
  'policy_unavailable',
  'cluster_keys_unavailable',
  'signing_key_unavailable',
  'audit_unavailable',
  'storage_unavailable',
  'internal_error',
] as const;

export type RequestReason = (typeof REQUEST_REASONS)[number];
export type TokenReason = (typeof TOKEN_REASONS)[number];
export type PolicyReason = (typeof POLICY_REASONS)[number];
export type UnavailableReason = (typeof UNAVAILABLE_REASONS)[number];
export type Reason = RequestReason | TokenReason | PolicyReason | UnavailableReason;
