import type { Clock, Cluster, RefusalCounter } from '@symbolon/core';
import { errorFields, type Log } from '../log.ts';
import type { PolicyHolder } from './policy-holder.ts';
import { startEvery } from './start-every.ts';
import type { WatchedAudit } from './watch-audit.ts';

const KEY_MAINTENANCE_MS = 60_000;
const REFUSAL_SUMMARY_MS = 60_000;
const AUDIT_RETRY_MS = 5_000;
const CLUSTER_KEYS_MS = 5_000;

export interface UpkeepDeps extends Clock {
  readonly audit: WatchedAudit;
  readonly signingKeys: { maintain(): Promise<void> };
  readonly policies: Pick<PolicyHolder, 'policyFacts'>;
  readonly clusterKeys: { refreshDue(clusters: readonly Cluster[]): Promise<void> };
  readonly refusals: RefusalCounter;
  readonly log: Log;
}

/** What a broker does by itself while it serves. `stop` ends it and writes what is still held. */
export function startUpkeep(deps: UpkeepDeps): { stop(): Promise<void> } {
  const { audit, signingKeys, policies, clusterKeys, refusals, log, now } = deps;
  const tell = (message: string) => (error: unknown) => log.error(errorFields(error), message);
  const notSummarised = tell('refusals were not summarised');
  let summarisedAtMs = now();
  const summarise = async () => {
    summarisedAtMs = now();
    await refusals.writeSummaries(audit, now());
  };
  // While the trail cannot be written it is tried sooner: every exchange that failed for it is counted and so written.
  const summariseWhenDue = async () => {
    if (!audit.isWritable() || now() - summarisedAtMs >= REFUSAL_SUMMARY_MS) await summarise();
  };
  // Without a policy nothing is known of clusters, not even that there are none.
  const refreshClusterKeys = async () => {
    const { inForce } = policies.policyFacts();
    if (inForce !== null) await clusterKeys.refreshDue(inForce.clusters);
  };
  const notRefreshed = tell('cluster keys were not refreshed');
  void refreshClusterKeys().catch(notRefreshed);
  const timers = [
    startEvery(CLUSTER_KEYS_MS, refreshClusterKeys, notRefreshed),
    startEvery(KEY_MAINTENANCE_MS, signingKeys.maintain, tell('signing keys were not maintained')),
    startEvery(AUDIT_RETRY_MS, summariseWhenDue, notSummarised),
  ];
  return {
    async stop() {
      for (const timer of timers) timer.stop();
      await summarise().catch(notSummarised);
    },
  };
}
