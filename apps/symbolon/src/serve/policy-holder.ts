import {
  type CatchUp,
  type Clock,
  type Cluster,
  type CurrentPolicy,
  compilePolicySteps,
  type Epoch,
  type FollowConfiguration,
  isSameEpoch,
  type Kind,
  type Policy,
  policyWithChanges,
  type ReadSnapshot,
  type SigningAlgorithm,
  UnavailableError,
} from '@symbolon/core';
import { errorFields, type Log } from '../log.ts';
import { createFollowedRuns } from './followed-runs.ts';
import { inSteps } from './in-steps.ts';
import { startEvery } from './start-every.ts';

export interface PolicyHolder extends CurrentPolicy, CatchUp {
  /**
   * Resolves once a policy that was read after this call began is in force. Rejects when it could not be read: then
   * no policy is in force, and every exchange is refused as our own trouble, until a later attempt succeeds.
   */
  refresh(): Promise<void>;
  /**
   * From now on changes that others make are followed, as soon as the store tells of them, and asked for all the same.
   * `replaced` is called whenever a new policy came into force.
   */
  follow(replaced: () => void): void;
  /** What the policy in force is made of, for metrics and for what is done to every cluster. */
  policyFacts(): PolicyFacts;
  /** The algorithms that targets name, as of the last policy that was read. */
  algorithmsInUse(): readonly SigningAlgorithm[];
  /** Ends what `follow` began. */
  close(): Promise<void>;
}

export interface PolicyFacts {
  /** Null: there is none. */
  readonly inForce: {
    readonly epoch: number;
    /** Unix milliseconds of the begin of the last reading that found it to be the newest. */
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

export type PolicyHolderDeps = ReadSnapshot &
  FollowConfiguration &
  Pick<Clock, 'now'> & {
    /** Milliseconds since some moment that stays; never set back as a clock is. */
    elapsedMs(): number;
    readonly issuer: string;
    readonly log: Log;
    /** How often the store is asked whether the configuration moved on. */
    readonly pollMs: number;
    /** A policy that was not found to be the newest for so long is not in force any more. */
    readonly maxAgeMs: number;
  };

interface InForce {
  readonly policy: Policy;
  /** Unix milliseconds, and on the clock that is never set back: the begin of the reading that confirmed it last. */
  readonly confirmedAt: { readonly ms: number; readonly elapsedMs: number };
}

/**
 * Holds the policy in force. A change of the configuration is acknowledged only after `refresh`, so that no exchange
 * requested here after the acknowledgement follows the old policy; where the new one cannot be read, the old one is
 * dropped rather than kept. What other replicas change is followed: by what the store tells, by asking it again and
 * again, and at the latest where the record of an exchange is overtaken.
 */
export function createPolicyHolder(deps: PolicyHolderDeps): PolicyHolder {
  let inForce: InForce | null = null;
  // The one that was read last, in force or not: what changed since is read in a moment, and all of it in many.
  let newest: Policy | null = null;
  let algorithms: readonly SigningAlgorithm[] = [];
  let isFailing = false;
  let succeededReads = 0;
  let failedReads = 0;
  let replaced = () => {};
  const stops: (() => Promise<void>)[] = [];

  /** Puts the newest policy in force, and tells of it where it is another. */
  async function read(): Promise<void> {
    const confirmedAt = { ms: deps.now(), elapsedMs: deps.elapsedMs() };
    const before = newest;
    const policy = await newestPolicy(before, deps);
    newest = policy;
    inForce = { policy, confirmedAt };
    if (policy !== before) announce(policy);
  }

  const runs = createFollowedRuns(async () => {
    try {
      await read();
      succeededReads += 1;
      isFailing = false;
    } catch (error) {
      failedReads += 1;
      if (!isFailing) deps.log.error(errorFields(error), 'the policy cannot be read');
      isFailing = true;
      throw error;
    }
  });

  function announce(policy: Policy): void {
    algorithms = policy.signingAlgorithms;
    deps.log.info({ epoch: policy.epoch.number }, 'policy loaded');
    for (const { key, fault } of policy.faults)
      deps.log.warn({ ...key, fault }, 'an object is not in force as stored');
    replaced();
  }

  const holds = (epoch: Epoch) => inForce !== null && isSameEpoch(inForce.policy.epoch, epoch);
  // What fails is counted and logged where it is read; the next asking comes soon.
  const look = () => void runs.runAnew().catch(() => {});

  return {
    async refresh() {
      try {
        await runs.runAnew();
      } catch (error) {
        inForce = null;
        throw error;
      }
    },
    async catchUp(epoch) {
      if (!holds(epoch)) await runs.runAnew();
    },
    follow(tell) {
      replaced = tell;
      const { stop } = deps.listenForEpochs((epoch) => {
        if (!holds(epoch)) look();
      });
      const timer = startEvery(deps.pollMs, runs.runAnew, () => {});
      stops.push(stop, async () => timer.stop());
    },
    policyFacts: () => ({ inForce: factsOf(inForce), succeededReads, failedReads }),
    algorithmsInUse: () => algorithms,
    currentPolicy() {
      if (inForce === null) throw new UnavailableError('policy_unavailable', 'no policy is in force');
      if (deps.elapsedMs() - inForce.confirmedAt.elapsedMs > deps.maxAgeMs) {
        throw new UnavailableError(
          'policy_unavailable',
          'for too long the policy was not found to be the newest',
        );
      }
      return inForce.policy;
    },
    async close() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}

/** The policy of the configuration as it is now: the one that is held, where nothing changed since. */
async function newestPolicy(held: Policy | null, deps: PolicyHolderDeps): Promise<Policy> {
  const { issuer } = deps;
  if (held !== null) {
    if (isSameEpoch(await deps.readEpoch(), held.epoch)) return held;
    const changes = await deps.readChanges(held.epoch);
    if (changes !== null) return policyWithChanges(held, changes, { issuer });
  }
  return inSteps(compilePolicySteps(await deps.readSnapshot(), { issuer }));
}

function factsOf(inForce: InForce | null): PolicyFacts['inForce'] {
  if (inForce === null) return null;
  const { policy, confirmedAt } = inForce;
  return {
    epoch: policy.epoch.number,
    readAtMs: confirmedAt.ms,
    faults: policy.faults.length,
    objects: policy.objects,
    clusters: policy.clusters,
  };
}
