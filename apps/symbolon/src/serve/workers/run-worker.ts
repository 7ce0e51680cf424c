import cluster from 'node:cluster';
import { z } from 'zod';
import type { Config } from '../../config/load-config.ts';
import { explainFailure } from '../../explain-failure.ts';
import type { ProcessLog } from '../../log.ts';
import { type Serving, startServing } from '../start-serving.ts';
import type { FromWorker, ToWorker, WorkerReport } from './messages.ts';

/** Serves as one of several, on ports that all share, until SIGTERM. The primary is told what becomes of it. */
export async function runWorker(deps: {
  readonly config: Config;
  readonly log: ProcessLog;
  readonly stopped: Promise<string>;
}): Promise<void> {
  const { config, log, stopped } = deps;
  const serving = await startOrTell(config, log);
  if (serving === null) return;
  process.on('message', (message: ToWorker) => {
    void reportOf(serving).then((report) => tell({ kind: 'report', id: message.id, report }));
  });
  const { issuer, origins } = serving;
  tell({ kind: 'ready', addresses: { issuer, gateway: origins.gateway, admin: origins.admin } });
  log.debug({ ...origins }, 'worker ready');
  await stopped;
  await serving.stop();
  // The connection to the primary would keep the process.
  cluster.worker?.disconnect();
}

/** A person reads of a failed start once, from the primary, and not once of every worker. */
async function startOrTell(config: Config, log: ProcessLog): Promise<Serving | null> {
  try {
    return await startServing(config, log);
  } catch (error) {
    tell({ kind: 'failed', reason: explainFailure(error) });
    process.exitCode = 1;
    cluster.worker?.disconnect();
    return null;
  }
}

const notReady = z.object({ failing: z.array(z.object({ name: z.string() })) });

/** As the probes of this worker answer. */
async function reportOf({ broker }: Serving): Promise<WorkerReport> {
  const answer = await broker.handlers.metrics(new Request('http://127.0.0.1/readyz'));
  const failing = answer.ok ? [] : notReady.parse(await answer.json()).failing.map(({ name }) => name);
  return { failing, metrics: await broker.readMetricsAsData() };
}

function tell(message: FromWorker): void {
  // A primary that is gone takes this process with it.
  process.send?.(message, undefined, undefined, () => {});
}
