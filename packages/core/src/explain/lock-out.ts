import type { ClusterSpec, ProofMode } from '../mapping/objects.ts';

/** How long a removed workload can go on, in seconds. */
export interface LockOut {
  readonly mode: ProofMode;
  /** After the removal of the object, exchanges are refused within this. */
  readonly exchangesRefusedWithinSeconds: number;
  /** The credential issued last is dead within this; null where nothing is issued. */
  readonly lastCredentialDeadWithinSeconds: number | null;
}

/** What of a cluster a lock-out depends on. */
export type LockOutCluster = Pick<
  ClusterSpec,
  'validation' | 'reviewCacheSeconds' | 'watchStaleSeconds' | 'maxTokenLifetimeSeconds' | 'clockSkewSeconds'
>;

/** The longest-lived credential that a target would issue. */
export interface LockOutCredential {
  readonly lifetimeSeconds: number;
  readonly mayOutliveSource: boolean;
}

/** For an answer of the API server to arrive, and for an event of a watch to be processed. */
const PROCESSING_SECONDS = 0.1;

/**
 * The two bounds, by clocks that agree. `sourceLeftSeconds` is what is left of the workload's token, and null where
 * no token is known: then the longest that the cluster accepts. In every mode an expired token ends exchanges by
 * itself, the cluster's clock skew later; a credential that may not outlive its source ends with it and no later.
 */
export function lockOutOf(
  cluster: LockOutCluster,
  credential: LockOutCredential | null,
  sourceLeftSeconds: number | null,
): LockOut {
  const sourceSeconds = Math.max(0, sourceLeftSeconds ?? cluster.maxTokenLifetimeSeconds);
  const refusedWithin = Math.min(noticedWithin(cluster), sourceSeconds + cluster.clockSkewSeconds);
  return {
    mode: cluster.validation.mode,
    exchangesRefusedWithinSeconds: refusedWithin,
    lastCredentialDeadWithinSeconds:
      credential === null ? null : deadWithin(credential, refusedWithin, sourceSeconds),
  };
}

/** When the removal itself ends exchanges; a watch may die without a sign, and is trusted until it is stale. */
function noticedWithin({ validation, reviewCacheSeconds, watchStaleSeconds }: LockOutCluster): number {
  switch (validation.mode) {
    case 'offline':
      return Number.POSITIVE_INFINITY;
    case 'review':
      return reviewCacheSeconds + PROCESSING_SECONDS;
    case 'watch':
      return watchStaleSeconds + PROCESSING_SECONDS;
  }
}

function deadWithin(credential: LockOutCredential, refusedWithin: number, sourceSeconds: number): number {
  const afterLastExchange = refusedWithin + credential.lifetimeSeconds;
  return credential.mayOutliveSource ? afterLastExchange : Math.min(afterLastExchange, sourceSeconds);
}
