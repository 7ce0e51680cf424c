import type { Epoch, Kind, ObjectKey } from '../configuration/stored-object.ts';
import type { CredentialType, JsonValue } from '../mapping/objects.ts';
import type { PolicyReason, RequestReason, TokenReason, UnavailableReason } from '../reasons.ts';

/**
 * What is kept of what happened. No event holds a token, a key or free text of the caller; a credential is known
 * by its `jti` and the SHA-256 of its compact form. Times are Unix milliseconds.
 */
export type AuditEvent = ExchangeEvent | ChangeEvent | RefusalSummaryEvent;

/** The outcome of an exchange whose subject token was proven; written before the answer leaves. */
export interface ExchangeEvent {
  readonly kind: 'exchange';
  readonly atMs: number;
  readonly requestId: string;
  readonly grantType: string;
  readonly outcome: 'issued' | 'refused';
  readonly reason: PolicyReason | UnavailableReason | null;
  readonly epoch: Epoch;
  readonly workload: AuditedWorkload;
  readonly requested: AuditedRequest;
  /** The authenticated client, or null on the path where the subject token is the credential. */
  readonly clientId: string | null;
  readonly identitySystem: string | null;
  readonly target: string | null;
  readonly rule: string | null;
  readonly credential: AuditedCredential | null;
}

/**
 * What was asked for, as far as the policy has words for it. The rest is only counted: it is the caller's free text,
 * and may be anything, a token among it.
 */
export interface AuditedRequest {
  readonly audiences: readonly string[];
  readonly unknownAudiences: number;
  readonly scopes: readonly string[];
  readonly unknownScopes: number;
  readonly tokenType: CredentialType | null;
}

export interface AuditedWorkload {
  readonly cluster: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly serviceAccountUid: string;
  readonly pod: string | null;
  readonly podUid: string | null;
  readonly node: string | null;
  readonly nodeUid: string | null;
  /** `jti` of the subject token; null for a cluster older than Kubernetes 1.29, which gives none. */
  readonly sourceJti: string | null;
}

export interface AuditedCredential {
  readonly subject: string;
  readonly audience: readonly string[];
  readonly scopes: readonly string[];
  readonly tokenType: CredentialType;
  readonly jti: string;
  /** SHA-256 of the compact credential, lower-case hex. */
  readonly sha256: string;
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

/** A change of the configuration; written in its own transaction. */
export interface ChangeEvent {
  readonly kind: 'change';
  readonly atMs: number;
  readonly requestId: string;
  readonly principal: string;
  readonly operation: 'create' | 'replace' | 'delete';
  readonly object: ObjectKey<Kind>;
  readonly epoch: Epoch;
  /** The object without its secrets, before and after. */
  readonly before: JsonValue;
  readonly after: JsonValue;
}

/** How often requests failed before anything was proven, for one reason and cluster, in one span of time. */
export interface RefusalSummaryEvent {
  readonly kind: 'refusals';
  readonly atMs: number;
  readonly sinceMs: number;
  readonly reason: RequestReason | TokenReason | UnavailableReason;
  readonly cluster: string | null;
  readonly count: number;
}
