/** When the next attempt comes. `random` is at least 0 and below 1; it spreads the attempts of many workloads. */

const RENEWED_AFTER = 2 / 3;
const JITTER = 0.1;
const MIN_WAIT_MS = 1_000;
const MAX_BACK_OFF_MS = 60_000;
const AFTER_REFUSAL_MS = 60_000;
const MAX_RETRY_AFTER_MS = 300_000;

/** After a credential was issued: at two thirds of its life, one tenth of that earlier or later. */
export function renewalDelayMs(lifetimeMs: number, random: number): number {
  return Math.max(MIN_WAIT_MS, lifetimeMs * RENEWED_AFTER * around(random));
}

/** After the n-th failure in a row, from 1: twice as long each time, up to a minute, less up to a half. */
export function backOffDelayMs(failures: number, random: number): number {
  const longestMs = Math.min(MAX_BACK_OFF_MS, MIN_WAIT_MS * 2 ** (failures - 1));
  return Math.max(MIN_WAIT_MS, longestMs * (1 - random / 2));
}

/** After a refusal: slowly, for somebody has to mend something first. */
export function refusalDelayMs(random: number): number {
  return AFTER_REFUSAL_MS * around(random);
}

/**
 * As long as the server asked for, and up to a tenth more, never less, so that not all come back at once. No server
 * may ask for more than five minutes: what it says is not trusted to stop a workload for a day.
 */
export function askedDelayMs(retryAfterMs: number, random: number): number {
  return Math.min(MAX_RETRY_AFTER_MS, Math.max(MIN_WAIT_MS, retryAfterMs)) * (1 + JITTER * random);
}

function around(random: number): number {
  return 1 - JITTER + 2 * JITTER * random;
}
