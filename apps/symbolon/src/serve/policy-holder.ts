import {
  type Clock,
  type Cluster,
  type ConfigurationSnapshot,
  type CurrentPolicy,
  compilePolicy,
  type Kind,
  type Policy,
  type ReadSnapshot,
  type SigningAlgorithm,
  UnavailableError,
} from '@symbolon/core';
import type { Log } from '../log.ts';

export interface PolicyHolder extends CurrentPolicy {
  /**
   * Resolves once a policy that was read after this call began is in force. Rejects when it could not be read: then
   * no policy is in force, and every exchange is refused as our own trouble, until a later attempt succeeds.
   */
  refresh(): Promise<void>;
  /** What the policy in force is made of, for metrics and for what is done to every cluster. */
  policyFacts(): PolicyFacts;
  /** The algorithms that targets name, as of the last policy that was read. */
  algorithmsInUse(): readonly SigningAlgorithm[];
  /** Ends the attempts. */
  close(): void;
}

export interface PolicyFacts {
  /** Null: there is none. */
  readonly inForce: {
    readonly epoch: number;
    /** Unix milliseconds of the begin of its reading. */
    readonly readAtMs: number;
    /** How many objects are not in force as they are stored. */
    readonly faults: number;
    readonly objects: { readonly [K in Kind]: number };
    /** The enabled ones. */
    readonly clusters: readonly Cluster[];
  } | null;
  readonly succeededReads: number;
  readonly failedReads: number;
}

/**
 * Holds the policy in force. A change of the configuration is acknowledged only after `refresh`, so that no exchange
 * requested after the acknowledgement follows the old policy; where the new one cannot be read, the old one is
 * dropped rather than kept.
 */
export function createPolicyHolder(
  deps: ReadSnapshot &
    Pick<Clock, 'now'> & { readonly issuer: string; readonly log: Log; readonly retryMs: number },
): PolicyHolder {
  let policy: Policy | null = null;
  let inForce: PolicyFacts['inForce'] = null;
  let algorithms: readonly SigningAlgorithm[] = [];
  let succeededReads = 0;
  let failedReads = 0;
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function load(): Promise<void> {
    const readAtMs = deps.now();
    try {
      const snapshot = await deps.readSnapshot();
      policy = compilePolicy(snapshot, { issuer: deps.issuer });
      inForce = { ...factsOf(snapshot, policy), readAtMs };
      succeededReads += 1;
      algorithms = [...new Set(snapshot.targets.map(({ spec }) => spec.signingAlgorithm))];
      deps.log.info({ epoch: policy.epoch.number }, 'policy loaded');
      for (const { key, fault } of policy.faults)
        deps.log.warn({ ...key, fault }, 'an object is not in force as stored');
    } catch (error) {
      policy = null;
      inForce = null;
      failedReads += 1;
      if (!isClosed) scheduleRetry();
      throw error;
    }
  }

  function scheduleRetry(): void {
    clearTimeout(retry);
    retry = setTimeout(() => {
      refresh().catch(() => deps.log.error({}, 'the policy cannot be read; exchanges are answered 503'));
    }, deps.retryMs);
  }

  /** A read that already runs may have begun before the caller's change: then another follows it. */
  async function refresh(): Promise<void> {
    if (running === null) {
      running = load().finally(() => {
        running = null;
      });
      return running;
    }
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null;
        return refresh();
      });
    return next;
  }

  return {
    refresh,
    policyFacts: () => ({ inForce, succeededReads, failedReads }),
    algorithmsInUse: () => algorithms,
    currentPolicy() {
      if (policy !== null) return policy;
      throw new UnavailableError('policy_unavailable', 'no policy is in force');
    },
    close() {
      isClosed = true;
      clearTimeout(retry);
    },
  };
}

function factsOf(
  snapshot: ConfigurationSnapshot,
  policy: Policy,
): Omit<NonNullable<PolicyFacts['inForce']>, 'readAtMs'> {
  return {
    epoch: policy.epoch.number,
    faults: policy.faults.length,
    objects: {
      Cluster: snapshot.clusters.length,
      IdentitySystem: snapshot.identitySystems.length,
      Target: snapshot.targets.length,
      MappingRule: snapshot.rules.length,
      Revocation: snapshot.revocations.length,
    },
    clusters: snapshot.clusters.flatMap(({ key }) => policy.clusterNamed(key.name) ?? []),
  };
}
