import type { Clock, Cluster, RefusalCounter, SigningAlgorithm } from '@symbolon/core';
import { errorFields, type Log } from '../log.ts';
import type { PolicyHolder } from './policy-holder.ts';
import { startEvery } from './start-every.ts';
import type { WatchedAudit } from './watch-audit.ts';

const KEY_MAINTENANCE_MS = 60_000;
const REFUSAL_SUMMARY_MS = 60_000;
const AUDIT_RETRY_MS = 5_000;
const CLUSTER_KEYS_MS = 5_000;
const CLUSTER_STATUS_MS = 5_000;

export interface UpkeepDeps extends Clock {
  readonly audit: WatchedAudit;
  readonly policies: Pick<PolicyHolder, 'policyFacts' | 'algorithmsInUse' | 'follow'>;
  readonly clusterKeys: { refreshDue(clusters: readonly Cluster[]): Promise<void> };
  /** Null where there is no gateway. */
  readonly gateway: {
    readonly signingKeys: {
      maintain(): Promise<void>;
      publishedKeys(): { readonly algorithms: readonly SigningAlgorithm[] };
    };
    readonly clusterStatus: { write(clusters: readonly Cluster[]): Promise<void> };
  } | null;
  readonly refusals: RefusalCounter;
  readonly log: Log;
}

/** What a broker does by itself while it serves. `stop` ends it and writes what is still held. */
export function startUpkeep(deps: UpkeepDeps): { stop(): Promise<void> } {
  const { policies, clusterKeys, gateway, log } = deps;
  const tell = (message: string) => (error: unknown) => log.error(errorFields(error), message);
  const summaries = startSummaries(deps, tell('refusals were not summarised'));
  const withClusters = (work: (clusters: readonly Cluster[]) => Promise<void>) => async () => {
    const { inForce } = policies.policyFacts();
    // Without a policy nothing is known of clusters, not even that there are none.
    if (inForce !== null) await work(inForce.clusters);
  };
  const refreshKeys = withClusters(clusterKeys.refreshDue);
  const notRefreshed = tell('cluster keys were not refreshed');
  const timers = [summaries, startEvery(CLUSTER_KEYS_MS, refreshKeys, notRefreshed)];

  const notMaintained = tell('signing keys were not maintained');
  if (gateway === null) void refreshKeys().catch(notRefreshed);
  else {
    const { signingKeys, clusterStatus } = gateway;
    const writeStatus = withClusters(clusterStatus.write);
    void refreshKeys().then(writeStatus).catch(notRefreshed);
    timers.push(
      startEvery(KEY_MAINTENANCE_MS, signingKeys.maintain, notMaintained),
      startEvery(CLUSTER_STATUS_MS, writeStatus, tell('cluster status was not written')),
    );
  }
  policies.follow(() => {
    if (gateway !== null && lacksKeys(gateway, policies)) {
      gateway.signingKeys.maintain().catch(notMaintained);
    }
  });
  return {
    async stop() {
      for (const timer of timers) timer.stop();
      await summaries.summarise();
    },
  };
}

/** Whether a target names an algorithm that has no key yet. */
function lacksKeys(
  { signingKeys }: NonNullable<UpkeepDeps['gateway']>,
  { algorithmsInUse }: UpkeepDeps['policies'],
): boolean {
  const { algorithms } = signingKeys.publishedKeys();
  return algorithmsInUse().some((algorithm) => !algorithms.includes(algorithm));
}

function startSummaries(
  { audit, refusals, now }: Pick<UpkeepDeps, 'audit' | 'refusals' | 'now'>,
  notSummarised: (error: unknown) => void,
): { stop(): void; summarise(): Promise<void> } {
  let summarisedAtMs = now();
  const summarise = async () => {
    summarisedAtMs = now();
    await refusals.writeSummaries(audit, now());
  };
  // While the trail cannot be written it is tried sooner: every exchange that failed for it is counted and so written.
  const summariseWhenDue = async () => {
    if (!audit.isWritable() || now() - summarisedAtMs >= REFUSAL_SUMMARY_MS) await summarise();
  };
  const { stop } = startEvery(AUDIT_RETRY_MS, summariseWhenDue, notSummarised);
  return { stop, summarise: () => summarise().catch(notSummarised) };
}
