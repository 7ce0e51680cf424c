/** Parameters of a token request, by who reads them. */

/** RFC 6749 §2.3.1 and RFC 7521 §4.2: a request with any of these asks for client authentication. */
export const CLIENT_PARAMETERS = [
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
] as const;

/** RFC 8693 §2.1: at most once each (RFC 6749 §3.2). */
export const SINGLE_PARAMETERS = [
  'grant_type',
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
  'requested_token_type',
  'scope',
] as const;

/** RFC 8693 §2.1: may be repeated. */
export const REPEATABLE_PARAMETERS = ['audience', 'resource'] as const;

export type TokenParameter =
  | (typeof CLIENT_PARAMETERS)[number]
  | (typeof SINGLE_PARAMETERS)[number]
  | (typeof REPEATABLE_PARAMETERS)[number];
