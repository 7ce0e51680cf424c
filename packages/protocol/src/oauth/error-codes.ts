/** Error codes that the token endpoint answers with. */
export type OAuthErrorCode =
  // RFC 6749 §5.2
  | 'invalid_request'
  | 'invalid_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  // RFC 6749 §4.1.2.1, used here with HTTP status 503
  | 'temporarily_unavailable'
  // RFC 8693 §2.2.2
  | 'invalid_target'
  // Ours, for paths at which no OAuth endpoint is
  | 'not_found';
