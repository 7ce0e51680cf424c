import { UnavailableError } from '@symbolon/core';
import type { AdminLog, AdminLogFields } from '../ports.ts';
import { type Refusal, refuse } from './problem.ts';

/** Turns something thrown into what the caller and the log are told: class and code, never a message of a driver. */
export function refuseFault(thrown: unknown, requestId: string, log: AdminLog): Refusal {
  if (thrown instanceof UnavailableError) {
    const { reason, message, cause } = thrown;
    // The message is the broker's own wording for its operator; that of the cause is not.
    log.warn(
      { requestId, reason, message, ...faultFields(cause) },
      'a dependency of the admin API cannot answer',
    );
    const retryAfterSeconds = Math.max(1, Math.ceil(thrown.retryAfterSeconds));
    return refuse('unavailable', { headers: { 'Retry-After': String(retryAfterSeconds) } });
  }
  log.error({ requestId, ...faultFields(thrown) }, 'the admin API failed');
  return refuse('internal_error');
}

export function faultFields(thrown: unknown): AdminLogFields {
  if (!(thrown instanceof Error)) return { errorClass: typeof thrown };
  const code = 'code' in thrown ? thrown.code : null;
  return { errorClass: wordOf(thrown.constructor.name), errorCode: wordOf(code) };
}

/** A class or a code is a word (`ECONNREFUSED`, `23505`); what is longer or has spaces is text, and is not logged. */
function wordOf(value: unknown): string | null {
  return typeof value === 'string' && /^\w{1,48}$/.test(value) ? value : null;
}
