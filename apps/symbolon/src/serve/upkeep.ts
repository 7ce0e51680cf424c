import type { Clock, RefusalCounter } from '@symbolon/core';
import { errorFields, type Log } from '../log.ts';
import { startEvery } from './start-every.ts';
import type { WatchedAudit } from './watch-audit.ts';

const KEY_MAINTENANCE_MS = 60_000;
const REFUSAL_SUMMARY_MS = 60_000;
const AUDIT_RETRY_MS = 5_000;

export interface UpkeepDeps extends Clock {
  readonly audit: WatchedAudit;
  readonly signingKeys: { maintain(): Promise<void> };
  readonly refusals: RefusalCounter;
  readonly log: Log;
}

/** What a broker does by itself while it serves. `stop` ends it and writes what is still held. */
export function startUpkeep({ audit, signingKeys, refusals, log, now }: UpkeepDeps): {
  stop(): Promise<void>;
} {
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
  const timers = [
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
