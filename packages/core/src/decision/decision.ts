import type { CredentialType, IncludedClaim, JsonValue, SigningAlgorithm } from '../mapping/objects.ts';
import type { PolicyReason } from '../reasons.ts';

/** What is asked of the policy. It never chooses a subject. */
export interface DecisionRequest {
  readonly nowSeconds: number;
  readonly grantType: string;
  /** All `audience` and `resource` values, in the order in which they came; at least one. */
  readonly audiences: readonly string[];
  /** Empty: none was asked for. */
  readonly scopes: readonly string[];
  /** Null: the target's first. */
  readonly tokenType: CredentialType | null;
  /** The authenticated client, or null where the subject token is the credential. */
  readonly clientId: string | null;
}

export type Decision = IssueDecision | RefuseDecision;

export interface IssueDecision {
  readonly kind: 'issue';
  readonly identitySystem: string;
  readonly target: string;
  readonly rule: string;
  readonly subject: string;
  /** The `aud` to issue; one value or several. */
  readonly audience: readonly string[];
  readonly tokenType: CredentialType;
  readonly signingAlgorithm: SigningAlgorithm;
  readonly scopes: readonly string[];
  /** Unix seconds; `exp`. At least the target's `minTtlSeconds` after `nowSeconds`. */
  readonly expiresAtSeconds: number;
  /** The rule's own claims. */
  readonly claims: { readonly [name: string]: JsonValue };
  readonly include: readonly IncludedClaim[];
}

export interface RefuseDecision {
  readonly kind: 'refuse';
  readonly reason: PolicyReason;
  /** As far as the decision got; null where nothing was found. For the audit trail, never for the caller. */
  readonly identitySystem: string | null;
  readonly target: string | null;
  readonly rule: string | null;
}
