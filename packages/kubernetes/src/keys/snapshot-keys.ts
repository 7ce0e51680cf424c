import {
  type Clock,
  type Cluster,
  isJsonObject,
  type KeySnapshotStore,
  UnavailableError,
} from '@symbolon/core';
import { createKeyCache, DEFAULT_KEY_TIMES, type KeyCache } from './key-cache.ts';
import { ageMs, type KeyTimes } from './key-holding.ts';
import type { FetchedJwks, FetchJwks, PublishedJwks, ReportKeys } from './ports.ts';

/** A snapshot is read from our own store, and one that was missing a moment ago is soon there. */
const TIMES: KeyTimes = { ...DEFAULT_KEY_TIMES, coolDownSeconds: 1 };

/** A gateway that can reads the keys again sooner than this after it did. */
const RENEWED_WITHIN_MS = (TIMES.refreshSeconds + 60) * 1000;

const CLOCK_SKEW_MS = 60_000;

export interface SnapshotKeysDeps extends Pick<KeySnapshotStore, 'readKeySnapshot'>, Clock, ReportKeys {}

/**
 * The keys of clusters for a process that holds no credential of them and asks none of them anything: it takes what
 * the gateways read last, at the age that it has, and no longer than they would use it themselves.
 */
export function createSnapshotKeys(deps: SnapshotKeysDeps): KeyCache {
  return createKeyCache({ ...deps, ...createFetchSnapshot(deps) }, TIMES);
}

function createFetchSnapshot({ readKeySnapshot, now }: Omit<SnapshotKeysDeps, keyof ReportKeys>): FetchJwks {
  return {
    async fetchJwks(cluster) {
      const { jwks: source } = cluster.validation;
      if (source.source === 'inline') return { published: [publishedOf(null, source.keys)], failure: null };
      const snapshot = await readKeySnapshot(cluster.name);
      // Read under another configuration they may be the keys of another cluster.
      if (snapshot?.revision !== cluster.revision) {
        throw unavailable(cluster, 'no gateway has read them as it is configured now');
      }
      const readAtMs = byOwnClock(snapshot.readAtMs, now());
      const published = snapshot.published.map(({ issuer, keys }) =>
        publishedOf(issuer, keys.filter(isJsonObject)),
      );
      // How old they are is for the cache to judge; that nobody renews them is a failure, as it is at a gateway.
      const isRenewed = ageMs({ readAtMs }, now()) < RENEWED_WITHIN_MS;
      const failure = isRenewed ? null : unavailable(cluster, 'no gateway could read them lately');
      return { published, readAtMs, failure } satisfies FetchedJwks;
    },
  };
}

/** The clocks of two machines differ a little: what was read a moment ahead of us was read now. */
function byOwnClock(readAtMs: number, nowMs: number): number {
  return readAtMs - nowMs > CLOCK_SKEW_MS ? readAtMs : Math.min(readAtMs, nowMs);
}

function publishedOf(issuer: string | null, keys: PublishedJwks['keys']['value']): PublishedJwks {
  return { issuer, discovery: null, keys: { url: '', value: keys, etag: null, maxAgeSeconds: null } };
}

function unavailable({ name }: Cluster, why: string): UnavailableError {
  return new UnavailableError(
    'cluster_keys_unavailable',
    `the keys of cluster ${name} are not known here: ${why}`,
  );
}
