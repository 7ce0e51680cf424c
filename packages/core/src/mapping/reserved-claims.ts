/**
 * Claims that a rule's `claims` can never set: those of the IANA "JSON Web Token Claims" registry (RFC 7519 §10.1),
 * which relying parties act on without asking who wrote them, and those that the broker itself writes. A rule that
 * could set one would forge what the decision did not say.
 */

/** By the document that registers them; all names in lower case, for names are compared without case. */
const REGISTERED_CLAIMS = [
  // RFC 7519 §4.1
  'iss sub aud exp nbf iat jti',
  // OpenID Connect Core §2, §3.3.2.11, §5.1, §5.6.2, §7.4; Front-Channel Logout §3
  'azp nonce auth_time at_hash c_hash acr amr sub_jwk sid _claim_names _claim_sources',
  'name given_name family_name middle_name nickname preferred_username profile picture website email email_verified',
  'gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at',
  // OpenID Connect for Identity Assurance; OpenID Federation
  'verified_claims place_of_birth nationalities birth_family_name birth_given_name birth_middle_name salutation',
  'title msisdn also_known_as',
  'jwks metadata constraints crit ref delegation logo_uri authority_hints trust_anchor_hints trust_marks trust_mark_issuers',
  'trust_mark_owners metadata_policy metadata_policy_crit source_endpoint keys trust_mark_type trust_chain trust_anchor',
  // RFC 8693 §4, RFC 9068 §2.2, RFC 9396 §9.1, RFC 9701 §5
  'act may_act scope client_id roles groups entitlements authorization_details token_introspection',
  // RFC 7800 §3.1, RFC 9449 §4.2, RFC 9200 §5.10, RFC 8417 §2.2, RFC 9493 §3
  'cnf htm htu ath ace_profile cnonce exi events toe txn sub_id',
  // Status lists; W3C verifiable credentials; RFC 9901
  'status status_list ttl vc vp _sd ... _sd_alg sd_hash vct vct#integrity',
  // RFC 8485, RFC 9711, RFC 9321, RFC 9246, RFC 9560
  'vot vtm eat_nonce ueid sueids oemid hwmodel hwversion oemboot dbgstat location eat_profile submods uptime',
  'bootcount bootseed dloas swname swversion manifests measurements measres intuse cmw geohash',
  'sig_val_claims cdniv cdnicrit cdniip cdniuc cdniets cdnistt cdnistd rdap_allowed_purposes rdap_dnt_allowed',
  // Telephony: RFC 8055, RFC 8225 to RFC 9795, and 3GPP TS 29.510
  'sip_from_tag sip_date sip_callid sip_cseq_num sip_via_branch orig dest mky rph attest origid jcard at_use_nbr div',
  'opt sph atc rcd rcdi crn msgi',
  'consumerplmnid consumersnpnid producerplmnid producersnpnid producersnssailist producernsilist producernfsetid',
  'producernfservicesetid sourcenfinstanceid analyticsidlist resownerid',
].flatMap((names) => names.split(' '));

/** Written by the broker or kept for it, with the words that other issuers use for the same things. */
const BROKER_CLAIMS = [
  'identity_system',
  'identity_domain',
  'cluster',
  'token_type',
  'token_use',
  'scp',
  's_hash',
] as const;

/** Names that would reach an object's prototype in a relying party that copies claims carelessly. */
const PROTOTYPE_MEMBERS = ['__proto__', 'constructor', 'prototype'] as const;

/** Whole families: Kubernetes' own claims, our flat copies of them, and our own name. */
export const RESERVED_CLAIM_PREFIXES = ['kubernetes.io', 'k8s_', 'symbolon'] as const;

export const RESERVED_CLAIMS: ReadonlySet<string> = new Set([
  ...REGISTERED_CLAIMS,
  ...BROKER_CLAIMS,
  ...PROTOTYPE_MEMBERS,
]);

const CLAIM_NAME = /^[\x21-\x7e]{1,255}$/;

/** Compared without case: a relying party that folds case must not read `Sub` as `sub`. */
export function isReservedClaim(name: string): boolean {
  const folded = name.toLowerCase();
  return RESERVED_CLAIMS.has(folded) || RESERVED_CLAIM_PREFIXES.some((prefix) => folded.startsWith(prefix));
}

/** A claim that a rule may set: 1 to 255 of visible ASCII, and not reserved. */
export function isRuleClaimName(name: string): boolean {
  return CLAIM_NAME.test(name) && !isReservedClaim(name);
}
