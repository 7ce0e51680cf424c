import { UnavailableError, type UnavailableReason } from '@symbolon/core';
import type { FaultLine } from './log.ts';

export interface Fault {
  readonly reason: UnavailableReason;
  readonly retryAfterSeconds: number;
  readonly line: Omit<FaultLine, 'requestId' | 'traceId'>;
}

/** What is told of something thrown. Anything but an `UnavailableError` is a defect: its text goes nowhere. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof UnavailableError) {
    const { reason, message } = thrown;
    const retryAfterSeconds = Math.max(1, Math.ceil(thrown.retryAfterSeconds));
    return { reason, retryAfterSeconds, line: { reason, message, ...classAndCode(thrown.cause ?? thrown) } };
  }
  const reason = 'internal_error';
  return { reason, retryAfterSeconds: 5, line: { reason, message: null, ...classAndCode(thrown) } };
}

function classAndCode(thrown: unknown): Pick<FaultLine, 'errorClass' | 'errorCode'> {
  if (!(thrown instanceof Error)) return { errorClass: typeof thrown, errorCode: null };
  return {
    errorClass: wordOf(thrown.constructor.name) ?? 'Error',
    errorCode: 'code' in thrown ? wordOf(thrown.code) : null,
  };
}

/** Codes are words (`ECONNREFUSED`, `23505`); whatever is longer or has spaces is text, and text is not logged. */
function wordOf(value: unknown): string | null {
  return typeof value === 'string' && /^\w{1,48}$/.test(value) ? value : null;
}
