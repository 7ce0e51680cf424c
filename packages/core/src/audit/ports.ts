import type { RequestReason, TokenReason, UnavailableReason } from '../reasons.ts';
import type { AuditEvent, ExchangeEvent, RefusalSummaryEvent } from './events.ts';

export interface RecordExchange {
  /** Resolves once the event is durable. Throws `UnavailableError('audit_unavailable')`. */
  recordExchange(event: ExchangeEvent): Promise<void>;
}

export interface RecordRefusals {
  /** Throws `UnavailableError('audit_unavailable')`. */
  recordRefusals(events: readonly RefusalSummaryEvent[]): Promise<void>;
}

export interface CountRefusal {
  /** Bounded and synchronous: what fails before proof waits for nothing. */
  countRefusal(reason: RequestReason | TokenReason | UnavailableReason, cluster: string | null): void;
}

export interface ReadAuditEvents {
  /**
   * At most `limit` events in the order of their ids, newest last: those after `afterId`, or from the first.
   * Throws `UnavailableError('storage_unavailable')`.
   */
  listAuditEvents(query: {
    readonly afterId: number | null;
    readonly limit: number;
  }): Promise<readonly RecordedEvent[]>;
}

export interface RecordedEvent {
  readonly id: number;
  readonly event: AuditEvent;
}
