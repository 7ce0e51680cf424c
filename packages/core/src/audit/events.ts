import type { Epoch, Kind } from '../configuration/stored-object.ts';
import type { TombstoneKind } from '../configuration/tombstone.ts';
import type { CredentialType, JsonValue } from '../mapping/objects.ts';
import type { PolicyReason, Reason, RequestReason, TokenReason, UnavailableReason } from '../reasons.ts';
import type { WorkloadFacts } from '../workload/workload-facts.ts';

/**
 * What is kept of what happened. No event holds a token, a key or free text of the caller; a credential is known
 * by its `jti` and the SHA-256 of its compact form. Times are Unix milliseconds.
 */
export type AuditEvent = ExchangeEvent | ChangeEvent | ExplainEvent | RefusalSummaryEvent | AccessEvent;

/** The outcome of an exchange whose subject token was proven; written before the answer leaves. */
export interface ExchangeEvent {
  readonly kind: 'exchange';
  readonly atMs: number;
  readonly requestId: string;
  /** The trace that the caller named (W3C Trace Context): 32 hex digits, or null. */
  readonly traceId: string | null;
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

export interface AuditedWorkload extends WorkloadFacts {
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
  readonly traceId: string | null;
  readonly principal: string;
  /** `release`: a tombstone was taken away, so that its name may be used again. */
  readonly operation: 'create' | 'replace' | 'delete' | 'release';
  readonly object: ChangedObject;
  readonly epoch: Epoch;
  /** The object without its secrets, before and after. */
  readonly before: JsonValue;
  readonly after: JsonValue;
}

export interface ChangedObject {
  readonly kind: Kind | TombstoneKind;
  readonly identitySystem: string | null;
  readonly name: string;
}

/** Somebody asked what the policy says of a token or of a described workload; nothing was issued. */
export interface ExplainEvent {
  readonly kind: 'explain';
  readonly atMs: number;
  readonly requestId: string;
  readonly traceId: string | null;
  readonly principal: string;
  readonly epoch: Epoch;
  readonly asked: 'subjectToken' | 'workload';
  readonly decision: 'issue' | 'refuse';
  readonly reason: Reason | null;
  /** Null where a token was not proven. */
  readonly workload: AuditedWorkload | null;
  readonly requested: AuditedRequest;
  readonly identitySystem: string | null;
  readonly target: string | null;
  readonly rule: string | null;
  /** How many rules were drafts of the caller's. */
  readonly draftRules: number;
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

/** Somebody with access to the database itself gave out a token for the admin API; written in its transaction. */
export interface AccessEvent {
  readonly kind: 'access';
  readonly atMs: number;
  readonly operation: 'reset_token';
  /** The database role that it was done as. */
  readonly principal: string;
  /** Until when the token is accepted. */
  readonly expiresAtMs: number;
}
