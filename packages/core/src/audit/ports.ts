import type { RequestReason, TokenReason, UnavailableReason } from '../reasons.ts';
import type { ExchangeEvent, RefusalSummaryEvent } from './events.ts';

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
