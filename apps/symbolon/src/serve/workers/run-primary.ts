import cluster, { type Worker } from 'node:cluster';
import { originOf } from '../../config/listen-address.ts';
import type { Config } from '../../config/load-config.ts';
import type { Log } from '../../log.ts';
import { createClientAddressOf } from '../client-address.ts';
import { connectionLimit, openFilesLimit } from '../connection-limit.ts';
import { exposureOf } from '../exposure.ts';
import { createHttpListener } from '../http-listener.ts';
import { type AskedWorker, createAskWorkers } from './ask-workers.ts';
import type { FromWorker } from './messages.ts';
import { createProbesOfWorkers } from './probes-of-workers.ts';
import { type Supervisor, superviseWorkers, type WorkerProcess } from './supervise-workers.ts';

const METRICS_DRAIN_MS = 1_000;

/** Starts the workers and serves the probes and metrics of all, until SIGTERM. */
export async function runPrimary(deps: {
  readonly config: Config;
  readonly log: Log;
  readonly stopped: Promise<string>;
}): Promise<void> {
  const { config, log, stopped } = deps;
  if (config.metricsListen === null) throw new Error('workers were configured without METRICS_LISTEN');
  const listener = await createHttpListener(config.metricsListen, connectionLimit(openFilesLimit(), 1));
  const { ask, listenTo } = createAskWorkers({ after });
  let isDraining = false;
  const supervisor = superviseWorkers({
    workers: config.workers,
    start() {
      const worker = processOf(cluster.fork());
      listenTo(worker);
      return worker;
    },
    after,
    elapsedMs: () => performance.now(),
    log,
  });
  listener.serve(
    createProbesOfWorkers({
      ask: () => ask(supervisor.readyWorkers()),
      workers: config.workers,
      isDraining: () => isDraining,
      clientAddressOf: createClientAddressOf(config.trustedProxies),
      log,
    }),
  );
  try {
    const metrics = originOf(listener.address, 'http');
    await untilStopped({ config, log, stopped, supervisor, metrics });
    isDraining = true;
    listener.endConnections();
    const badEnds = await supervisor.stop();
    if (badEnds.length > 0) throw new Error(`workers did not end in order: ${badEnds.join(', ')}`);
    log.info({}, 'stopped');
  } finally {
    await listener.drain(METRICS_DRAIN_MS);
  }
}

async function untilStopped(deps: {
  readonly config: Config;
  readonly log: Log;
  readonly stopped: Promise<string>;
  readonly supervisor: Pick<Supervisor<WorkerProcess>, 'ready'>;
  readonly metrics: string;
}): Promise<void> {
  const { config, log, stopped, supervisor, metrics } = deps;
  const first = await Promise.race([supervisor.ready, stopped]);
  if (typeof first !== 'string') {
    const { role, audit, storage, workers } = config;
    for (const line of exposureOf(config)) log.warn({ ...first }, line);
    log.info({ ...first, metrics, role, audit, storage: storage.kind, workers }, 'ready');
  }
  log.info({ signal: await stopped }, 'stopping');
}

function processOf(worker: Worker): WorkerProcess & AskedWorker {
  return {
    id: worker.id,
    onMessage: (listener) => void worker.on('message', (message: FromWorker) => listener(message)),
    onExit: (listener) =>
      void worker.once('exit', (code: number | null, signal: string | null) =>
        listener(signal ?? String(code)),
      ),
    kill: (signal) => void worker.process.kill(signal),
    // One that is ending cannot be told anything; that it does not answer says enough.
    send: (message) => void worker.send(message, () => {}),
  };
}

function after(delayMs: number, work: () => void): void {
  setTimeout(work, delayMs).unref();
}
