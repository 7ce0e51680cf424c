import type { CredentialType } from '../mapping/objects.ts';

export interface ExchangeRequest {
  readonly requestId: string;
  /** The trace that the caller named (W3C Trace Context): 32 hex digits, or null. */
  readonly traceId: string | null;
  readonly grantType: string;
  /** The compact JWT as presented. */
  readonly subjectToken: string;
  /** All `audience` and `resource` values; at least one. */
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
  /** Null: the target's first. */
  readonly tokenType: CredentialType | null;
  /** The authenticated client, or null where the subject token is the credential. */
  readonly clientId: string | null;
}
