import { type Clock, type Cluster, type KeySnapshot, UnavailableError } from '@symbolon/core';
import { ageMs, holdKeys, type KeyHolding, type KeyTimes } from './key-holding.ts';
import type { KeySet } from './key-set.ts';
import type { FetchJwks, HeldKeys, KnownKeys, RefetchedKeys, ReportKeys } from './ports.ts';
import { renewHolding } from './renew-holding.ts';
import { createReportChanges } from './report-changes.ts';
import { snapshotOf } from './snapshot-of.ts';

/** A token that says it was issued further in the future than this is not believed to be newer than the keys. */
const CLOCK_SKEW_SECONDS = 60;

/** In the background, keys are read again up to this part of their time sooner, so that not all are due at once. */
const JITTER = 0.2;

export interface KeyEntryDeps extends FetchJwks, Clock, ReportKeys {
  readonly times: KeyTimes;
  /** At least 0 and below 1. */
  random(): number;
}

/** The keys of one cluster under one revision. */
export interface KeyEntry {
  readonly revision: string;
  knownKeys(): KnownKeys;
  refetchKeys(seen: KeySet | null, issuedAtSeconds: number | null): Promise<RefetchedKeys>;
  /** Reads the keys where that is due; null where nothing is to be waited for. */
  refreshIfDue(): Promise<void> | null;
  /** The last attempt failed, or a part of it did. */
  isFailing(): boolean;
  readHeldKeys(): HeldKeys | null;
  snapshotKeys(): KeySnapshot | null;
}

/**
 * One fetch in flight; refreshed once due; kept, up to a bound, when the cluster fails or publishes no usable key. It
 * is for one revision, so that no key outlives the configuration that it was read under.
 */
export function createKeyEntry(cluster: Cluster, deps: KeyEntryDeps): KeyEntry {
  const { times, now } = deps;
  const coolDownMs = times.coolDownSeconds * 1000;
  const maxStaleMs = times.maxStaleSeconds * 1000;
  const reportChanges = createReportChanges(cluster, deps);

  let held: KeyHolding | null = null;
  /** The last attempt failed, or a part of it did; until `untilMs` there is no other. */
  let failure: { readonly error: UnavailableError; readonly untilMs: number } | null = null;
  let flight: Promise<void> | null = null;
  let refetchAfterMs = 0;
  let dueAfterMs = 0;

  /** What is left of a cool-down; nothing of one that ends further away than it is long: the clock was put back. */
  const coolingMs = (untilMs: number): number => {
    const leftMs = untilMs - now();
    return leftMs > coolDownMs ? 0 : Math.max(0, leftMs);
  };

  const read = async (): Promise<void> => {
    const renewed = await renewHolding(cluster, withinBound(), deps);
    held = renewed.held;
    failure = renewed.failure && { error: renewed.failure, untilMs: now() + coolDownMs };
    if (held !== null) dueAfterMs = Math.max(coolDownMs, held.freshForMs * (1 - JITTER * deps.random()));
    reportChanges(renewed.held, renewed.failure);
  };

  const start = (): Promise<void> | null => {
    if (flight !== null || (failure !== null && coolingMs(failure.untilMs) > 0)) return flight;
    flight = read().finally(() => {
      flight = null;
    });
    return flight;
  };

  /** Of several issuers, those whose keys are too old are forgotten and the others go on. */
  const withinBound = (): KeyHolding | null => {
    if (held === null || ageMs(held, now()) < maxStaleMs) return held;
    const parts = held.parts.filter((part) => ageMs(part, now()) < maxStaleMs);
    if (parts.length === 0) return null;
    held = holdKeys(parts, times);
    return held;
  };

  /** Keys that were not used for long may have been withdrawn since, so they wait for the answer; stale is for errors. */
  const usable = (): KeySet | null => {
    const current = withinBound();
    if (current === null) return null;
    const isIdle = ageMs(current, now()) >= 2 * current.freshForMs;
    return isIdle && failure === null ? null : current.keys;
  };

  /** One refetch a cool-down for keys that are not among the known; none where newer ones came while those were tried. */
  const mayAsk = (seen: KeySet | null): boolean => {
    const known = usable();
    if (known === null || failure !== null || flight !== null) return true;
    if (known !== seen || coolingMs(refetchAfterMs) > 0) return false;
    refetchAfterMs = now() + coolDownMs;
    return true;
  };

  /** Whether a key that is newer than the held may have signed a token. `iat` may be cut to the second (RFC 7519 §2). */
  const mayBeNewer = (issuedAtSeconds: number | null): boolean =>
    issuedAtSeconds !== null &&
    held !== null &&
    issuedAtSeconds >= Math.floor(held.readAtMs / 1000) &&
    issuedAtSeconds <= now() / 1000 + CLOCK_SKEW_SECONDS;

  return {
    revision: cluster.revision,

    knownKeys() {
      const isFresh = held !== null && ageMs(held, now()) < held.freshForMs;
      if (!isFresh) void start();
      return { keys: usable(), isFailing: failure !== null };
    },

    async refetchKeys(seen, issuedAtSeconds) {
      const isAsked = mayAsk(seen);
      if (isAsked) void start();
      await flight;
      const keys = usable();
      if (failure !== null)
        return { keys, unavailable: retryAfter(failure.error, coolingMs(failure.untilMs)) };
      const waitMs = isAsked ? 0 : coolingMs(refetchAfterMs);
      if (waitMs === 0 || !mayBeNewer(issuedAtSeconds)) return { keys, unavailable: null };
      const message = `cluster ${cluster.name} may have newer keys and is not asked again yet`;
      return {
        keys,
        unavailable: retryAfter(new UnavailableError('cluster_keys_unavailable', message), waitMs),
      };
    },

    refreshIfDue() {
      const isDue = held === null || failure !== null || ageMs(held, now()) >= dueAfterMs;
      return isDue ? start() : null;
    },

    isFailing: () => failure !== null,

    readHeldKeys() {
      if (held === null && failure === null) return null;
      const keys = usable();
      const isBounded = cluster.validation.jwks.source !== 'inline';
      return {
        readAtMs: held?.readAtMs ?? null,
        keyIds: keys === null ? [] : [...keys.byKid.keys()],
        dropped: held?.keys.dropped ?? 0,
        failure: failure?.error.message ?? null,
        unusableAtMs: held !== null && isBounded ? held.readAtMs + maxStaleMs : null,
      };
    },

    snapshotKeys() {
      const current = cluster.validation.jwks.source === 'inline' ? null : withinBound();
      return current && snapshotOf(cluster, current);
    },
  };
}

/** A fresh error, whose Retry-After is what is left of the cool-down. */
function retryAfter({ reason, message }: UnavailableError, waitMs: number): UnavailableError {
  return new UnavailableError(reason, message, { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) });
}
