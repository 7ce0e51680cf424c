import type { ExchangeOutcome, Issued, Unissued } from './exchange-outcome.ts';
import { askedDelayMs, backOffDelayMs, refusalDelayMs, renewalDelayMs } from './schedule.ts';

/** What happened, for the log. Times are Unix milliseconds. */
export type FreshnessEvent =
  | { readonly kind: 'renewed'; readonly expiresAtMs: number; readonly nextAtMs: number }
  | {
      readonly kind: 'failed';
      readonly failure: Unissued;
      /** Until when the last credential is kept; null: there is none. */
      readonly keptUntilMs: number | null;
      readonly nextAtMs: number;
    }
  | { readonly kind: 'expired'; readonly isRemoved: boolean };

export interface KeepFreshDeps {
  readonly now: () => number;
  readonly random: () => number;
  /** Resolves after that time, or sooner when the signal comes. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** One attempt. What it would throw is an outcome already. */
  readonly attempt: () => Promise<ExchangeOutcome>;
  /** Puts a credential where it is read; a failure in words where that fails. */
  readonly store: (issued: Issued) => Promise<Unissued | null>;
  /** When what an earlier process stored expires, Unix milliseconds; null: there is none, or it does not say. */
  readonly storedUntilMs: () => Promise<number | null>;
  /** Takes away the credential that was stored last; false where that fails, then it is tried again. */
  readonly remove: () => Promise<boolean>;
  readonly report: (event: FreshnessEvent) => void;
}

/** A clock that is set, or a machine that slept, is seen after this time. */
const LONGEST_SLEEP_MS = 30_000;

/**
 * Keeps a credential fresh until the signal comes. The last good one stays while it is valid, whatever fails; once
 * expired it is taken away, so that nobody relies on what no longer holds. What is stored stays when the signal comes.
 */
export async function keepFresh(deps: KeepFreshDeps, signal: AbortSignal): Promise<void> {
  let expiresAtMs = await deps.storedUntilMs();
  let failures = 0;
  while (!signal.aborted) {
    const outcome = await obtain(deps);
    if (signal.aborted) return;
    let nextAtMs: number;
    if (outcome.kind === 'issued') {
      const lifetimeMs = outcome.credential.expires_in * 1000;
      failures = 0;
      expiresAtMs = outcome.askedAtMs + lifetimeMs;
      nextAtMs = outcome.askedAtMs + renewalDelayMs(lifetimeMs, deps.random());
      deps.report({ kind: 'renewed', expiresAtMs, nextAtMs });
    } else {
      failures += 1;
      nextAtMs = deps.now() + delayAfter(outcome, failures, deps.random());
      deps.report({ kind: 'failed', failure: outcome, keptUntilMs: expiresAtMs, nextAtMs });
    }
    if (expiresAtMs !== null && expiresAtMs <= nextAtMs) {
      nextAtMs -= await sleepUntil(expiresAtMs, deps, signal);
      if (signal.aborted) return;
      const isRemoved = await deps.remove();
      deps.report({ kind: 'expired', isRemoved });
      if (isRemoved) expiresAtMs = null;
    }
    const setBackMs = await sleepUntil(nextAtMs, deps, signal);
    // Its life goes on ending when it did, whatever the clock now calls that moment.
    if (expiresAtMs !== null) expiresAtMs -= setBackMs;
  }
}

async function obtain({ attempt, store }: KeepFreshDeps): Promise<ExchangeOutcome> {
  const outcome = await attempt();
  return outcome.kind === 'issued' ? ((await store(outcome)) ?? outcome) : outcome;
}

function delayAfter({ kind, retryAfterMs }: Unissued, failures: number, random: number): number {
  if (retryAfterMs !== null) return askedDelayMs(retryAfterMs, random);
  return kind === 'refused' ? refusalDelayMs(random) : backOffDelayMs(failures, random);
}

/**
 * By the clock, or by what was slept where the clock is set back meanwhile: whichever comes first. Returns by how much
 * it was set back.
 */
async function sleepUntil(atMs: number, { now, sleep }: KeepFreshDeps, signal: AbortSignal): Promise<number> {
  const startedMs = now();
  let leftMs = atMs - startedMs;
  let sleptMs = 0;
  while (!signal.aborted && leftMs > 0 && now() < atMs) {
    const ms = Math.min(atMs - now(), leftMs, LONGEST_SLEEP_MS);
    await sleep(ms, signal);
    leftMs -= ms;
    sleptMs += ms;
  }
  return signal.aborted ? 0 : Math.max(0, startedMs + sleptMs - now());
}
