import type { Epoch } from '../configuration/stored-object.ts';
import type { RequestReason, TokenReason, UnavailableReason } from '../reasons.ts';
import type { AuditEvent, ExchangeEvent, ExplainEvent, RefusalSummaryEvent } from './events.ts';

export interface RecordExchange {
  /**
   * Resolves once the event is accepted: where the audit trail is durable, once it is committed, and then only while
   * the configuration has the epoch that the event names. Throws `UnavailableError('audit_unavailable')`.
   */
  recordExchange(event: ExchangeEvent): Promise<RecordOutcome>;
}

/** `overtaken`: nothing was recorded, for the configuration has another epoch by now, and it is this one. */
export type RecordOutcome =
  | { readonly kind: 'recorded' }
  | { readonly kind: 'overtaken'; readonly epoch: Epoch };

export interface ReadAuditQueue {
  /** What was taken to be recorded and is not in the database yet; costs nothing. */
  auditQueue(): AuditQueue;
}

export interface AuditQueue {
  readonly waiting: number;
  /** Milliseconds since the oldest of them was taken; 0 where nothing waits. */
  readonly oldestMs: number;
}

export interface RecordRefusals {
  /** Throws `UnavailableError('audit_unavailable')`. */
  recordRefusals(events: readonly RefusalSummaryEvent[]): Promise<void>;
}

export interface RecordExplanation {
  /** Resolves once the event is durable. Throws `UnavailableError('audit_unavailable')`. */
  recordExplanation(event: ExplainEvent): Promise<void>;
}

export interface CountRefusal {
  /** Bounded and synchronous: what fails before proof waits for nothing. */
  countRefusal(reason: RequestReason | TokenReason | UnavailableReason, cluster: string | null): void;
}

/** Every member that is given must hold. Values are compared whole and byte by byte. */
export interface AuditFilter {
  readonly kind?: AuditEvent['kind'];
  readonly outcome?: 'issued' | 'refused';
  readonly reason?: string;
  readonly principal?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly serviceAccount?: string;
  readonly identitySystem?: string;
  readonly requestId?: string;
  readonly sourceJti?: string;
  readonly credentialJti?: string;
  /** Lower-case hex. */
  readonly credentialSha256?: string;
  /** Unix milliseconds; from the first up to but not including the second. */
  readonly fromMs?: number;
  readonly untilMs?: number;
}

export interface AuditQuery {
  readonly filter: AuditFilter;
  readonly order: 'newest' | 'oldest';
  /** The id of the last event of the page before, in the same order; null: from its begin. */
  readonly afterId: number | null;
  readonly limit: number;
}

export interface ReadAuditEvents {
  /** At most `limit` events in the order of their ids. Throws `UnavailableError('storage_unavailable')`. */
  listAuditEvents(query: AuditQuery): Promise<readonly RecordedEvent[]>;
}

export interface RecordedEvent {
  readonly id: number;
  readonly event: AuditEvent;
}
