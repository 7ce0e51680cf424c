import { type Clock, type Cluster, UnavailableError } from '@symbolon/core';
import { importJwks } from './import-jwks.ts';
import type { KeySet } from './key-set.ts';
import type { ClusterKeys, FetchedJwks, FetchJwks, ReportKeys } from './ports.ts';

export interface KeyTimes {
  /** A cluster that could not be asked, or lacks a key, is not asked again sooner. */
  readonly coolDownSeconds: number;
  /** Keys are read again after the publisher's max-age or this, whichever is less: a withdrawn key should end soon. */
  readonly refreshSeconds: number;
  /** Keys older than this are not used, whatever keeps newer ones from us. */
  readonly maxStaleSeconds: number;
}

const DEFAULT_TIMES: KeyTimes = { coolDownSeconds: 30, refreshSeconds: 300, maxStaleSeconds: 3600 };

/** A token that says it was issued further in the future than this is not believed to be newer than the keys. */
const CLOCK_SKEW_SECONDS = 60;

interface Entry {
  readonly revision: string;
  held: { readonly keys: KeySet; readonly readAtMs: number; readonly freshForMs: number } | null;
  /** The last attempt failed; until `untilMs` there is no other. */
  failure: { readonly error: UnavailableError; readonly untilMs: number } | null;
  flight: Promise<void> | null;
  refetchAfterMs: number;
}

/**
 * Keeps each cluster's keys in memory: one fetch in flight, refreshed on use once due, kept when the cluster fails or
 * publishes no usable key, up to a bound. A new revision of a cluster starts from nothing, so that no key outlives the configuration it was
 * read under. Holds one entry for each cluster name that a policy ever had.
 */
export function createKeyCache(
  deps: FetchJwks & Clock & ReportKeys,
  times: KeyTimes = DEFAULT_TIMES,
): ClusterKeys {
  const entries = new Map<string, Entry>();
  const coolDownMs = times.coolDownSeconds * 1000;

  const entryOf = ({ name, revision }: Cluster): Entry => {
    const existing = entries.get(name);
    if (existing?.revision === revision) return existing;
    const entry: Entry = { revision, held: null, failure: null, flight: null, refetchAfterMs: 0 };
    entries.set(name, entry);
    return entry;
  };

  /** What is left of a cool-down; nothing of one that ends further away than it is long: the clock was put back. */
  const coolingMs = (untilMs: number): number => {
    const leftMs = untilMs - deps.now();
    return leftMs > coolDownMs ? 0 : Math.max(0, leftMs);
  };

  /** Keys that were read in the future have no age that is known: the clock was put back, so they are read again. */
  const ageMs = ({ readAtMs }: NonNullable<Entry['held']>): number => {
    const nowMs = deps.now();
    return readAtMs > nowMs ? Number.POSITIVE_INFINITY : nowMs - readAtMs;
  };

  const read = async (cluster: Cluster, entry: Entry): Promise<void> => {
    const { name } = cluster;
    try {
      const jwks = await deps.fetchJwks(cluster);
      const keys = importJwks(jwks.keys);
      const count = jwks.keys.length - keys.dropped;
      if (count === 0)
        throw notAvailable(`cluster ${name} published no usable key (${keys.dropped} dropped)`);
      entry.held = { keys, readAtMs: deps.now(), freshForMs: freshForMs(jwks, times) };
      entry.failure = null;
      deps.reportKeys({ kind: 'read', cluster: name, usable: count, dropped: keys.dropped });
    } catch (thrown) {
      const error = asUnavailable(thrown, name);
      entry.failure = { error, untilMs: deps.now() + coolDownMs };
      deps.reportKeys({ kind: 'unavailable', cluster: name, message: error.message });
    }
  };

  const start = (cluster: Cluster, entry: Entry): void => {
    if (entry.flight !== null || (entry.failure !== null && coolingMs(entry.failure.untilMs) > 0)) return;
    entry.flight = read(cluster, entry).finally(() => {
      entry.flight = null;
    });
  };

  /** Keys that were not used for long may have been withdrawn since, so they wait for the answer; stale is for errors. */
  const usable = ({ held, failure }: Entry): KeySet | null => {
    if (held === null) return null;
    const age = ageMs(held);
    if (age >= times.maxStaleSeconds * 1000) return null;
    return age < 2 * held.freshForMs || failure !== null ? held.keys : null;
  };

  /** One refetch a cool-down for keys that are not among the known; none where newer ones came while those were tried. */
  const mayAsk = (entry: Entry, seen: KeySet | null): boolean => {
    const known = usable(entry);
    if (known === null || entry.failure !== null || entry.flight !== null) return true;
    if (known !== seen || coolingMs(entry.refetchAfterMs) > 0) return false;
    entry.refetchAfterMs = deps.now() + coolDownMs;
    return true;
  };

  /** Whether a key that is newer than the held may have signed a token. `iat` may be cut to the second (RFC 7519 §2). */
  const mayBeNewer = (issuedAtSeconds: number | null, { held }: Entry): boolean =>
    issuedAtSeconds !== null &&
    held !== null &&
    issuedAtSeconds >= Math.floor(held.readAtMs / 1000) &&
    issuedAtSeconds <= deps.now() / 1000 + CLOCK_SKEW_SECONDS;

  return {
    knownKeys(cluster) {
      const entry = entryOf(cluster);
      const isFresh = entry.held !== null && ageMs(entry.held) < entry.held.freshForMs;
      if (!isFresh) start(cluster, entry);
      return { keys: usable(entry), isFailing: entry.failure !== null };
    },

    async refetchKeys(cluster, seen, issuedAtSeconds) {
      const entry = entryOf(cluster);
      const isAsked = mayAsk(entry, seen);
      if (isAsked) start(cluster, entry);
      await entry.flight;
      const keys = usable(entry);
      const { failure } = entry;
      if (failure !== null)
        return { keys, unavailable: retryAfter(failure.error, coolingMs(failure.untilMs)) };
      const waitMs = isAsked ? 0 : coolingMs(entry.refetchAfterMs);
      if (waitMs === 0 || !mayBeNewer(issuedAtSeconds, entry)) return { keys, unavailable: null };
      const error = notAvailable(`cluster ${cluster.name} may have newer keys and is not asked again yet`);
      return { keys, unavailable: retryAfter(error, waitMs) };
    },
  };
}

/** Never shorter than the cool-down, or a publisher that says `max-age=0` would be asked for every token. */
function freshForMs({ maxAgeSeconds = Number.POSITIVE_INFINITY }: FetchedJwks, times: KeyTimes): number {
  return Math.max(times.coolDownSeconds, Math.min(maxAgeSeconds, times.refreshSeconds)) * 1000;
}

function asUnavailable(thrown: unknown, cluster: string): UnavailableError {
  if (thrown instanceof UnavailableError) return thrown;
  const what = thrown instanceof Error ? thrown.name : typeof thrown;
  return notAvailable(`reading the keys of cluster ${cluster} failed: ${what}`);
}

function notAvailable(message: string): UnavailableError {
  return new UnavailableError('cluster_keys_unavailable', message);
}

/** A fresh error, whose Retry-After is what is left of the cool-down. */
function retryAfter({ reason, message }: UnavailableError, waitMs: number): UnavailableError {
  return new UnavailableError(reason, message, { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) });
}
