import type { OAuthErrorCode } from './error-codes.ts';
import type { UsageType } from './token-types.ts';

/** The answer of a successful token exchange (RFC 8693 §2.2.1). */
export interface TokenResponse {
  /** The issued credential, whatever its kind. */
  readonly access_token: string;
  readonly issued_token_type: string;
  readonly token_type: UsageType;
  readonly expires_in: number;
  /** Present when scopes were granted. */
  readonly scope?: string;
}

/** An error answer (RFC 6749 §5.2); `reason` and `request_id` are ours. */
export interface OAuthErrorResponse {
  readonly error: OAuthErrorCode;
  readonly error_description: string;
  readonly error_uri: string;
  readonly reason: string;
  readonly request_id: string;
}

/** Metadata in the words of RFC 8414 §2 and OpenID Connect Discovery 1.0 §3, as far as the broker has them. */
export interface ServerMetadata {
  readonly issuer: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
  readonly response_types_supported: readonly string[];
  readonly subject_types_supported: readonly string[];
  readonly id_token_signing_alg_values_supported: readonly string[];
  readonly grant_types_supported: readonly string[];
  readonly token_endpoint_auth_methods_supported: readonly string[];
  readonly claims_supported: readonly string[];
}
