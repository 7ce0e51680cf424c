import type { UnavailableReason } from './reasons.ts';

/** An expected refusal: a value, never a thrown error. `detail` is for the operator's log, never for the caller. */
export interface Refused<Reason extends string> {
  readonly kind: 'refused';
  readonly reason: Reason;
  readonly detail?: string;
}

export function refused<Reason extends string>(reason: Reason, detail?: string): Refused<Reason> {
  return detail === undefined ? { kind: 'refused', reason } : { kind: 'refused', reason, detail };
}

/**
 * A dependency of the broker's own cannot answer: the caller gets 503 with `Retry-After`, never "your token is bad".
 * `message` is the operator's, and names no secret; nothing of it reaches a caller.
 */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
  readonly reason: UnavailableReason;
  readonly retryAfterSeconds: number;

  constructor(
    reason: UnavailableReason,
    message: string,
    options: { readonly cause?: unknown; readonly retryAfterSeconds?: number } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.reason = reason;
    this.retryAfterSeconds = options.retryAfterSeconds ?? 5;
  }
}
