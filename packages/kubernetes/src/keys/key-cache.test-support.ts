import { type Cluster, UnavailableError } from '@symbolon/core';
import { createFakeClock } from '@symbolon/testkit';
import { createKeyCache } from './key-cache.ts';
import type { KeySet } from './key-set.ts';
import type { FetchedJwks, KeysReport, PublishedJwks } from './ports.ts';

export const SECOND = 1000;

type Answer = (cluster: Cluster, held: readonly PublishedJwks[]) => Promise<FetchedJwks>;

/** A cache whose clusters answer what the test says, and count how often they were asked. */
export function setUp(answer: Answer) {
  const clock = createFakeClock(1_795_000_000_000);
  const state = { asked: 0, random: 0, answer };
  const reports: KeysReport[] = [];
  const cache = createKeyCache({
    now: clock.now,
    random: () => state.random,
    reportKeys: (report) => reports.push(report),
    fetchJwks: (cluster, held) => {
      state.asked += 1;
      return state.answer(cluster, held);
    },
  });
  /** As one does whose token names a key that is not among the known. */
  const refetchKeys = (of: Cluster, issuedAtSeconds: number | null = null) =>
    cache.refetchKeys(of, cache.knownKeys(of).keys, issuedAtSeconds);
  return { clock, state, reports, keys: cache, refetchKeys };
}

export const fail = (): Promise<never> =>
  Promise.reject(new UnavailableError('cluster_keys_unavailable', 'it is down'));

export const kids = (set: KeySet | null) => set && [...set.byKid.keys()];

export const settled = () => new Promise((resolve) => setImmediate(resolve));
