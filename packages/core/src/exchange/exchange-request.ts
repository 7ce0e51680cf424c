import type { CredentialType } from '../mapping/objects.ts';

export interface ExchangeRequest {
  readonly requestId: string;
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
