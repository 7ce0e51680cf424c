import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import type { ConfigFile } from '../config/config-file.ts';
import { type Config, ConfigError, loadConfig } from '../config/load-config.ts';
import type { RunOptions } from '../config/run-options.ts';
import { createLog, type ProcessLog } from '../log.ts';
import { exposureOf } from '../serve/exposure.ts';
import { stopSignal } from '../serve/stop-signal.ts';

/** `symbolon serve`: the doors of its role, in this process or in workers of it, until SIGTERM or SIGINT. */
export async function serve({
  config: path,
  role,
  workers,
}: RunOptions & { readonly config?: string }): Promise<void> {
  const file = path === undefined ? null : readConfigFile(path);
  const config = loadConfig({ env: process.env, file }, { role, workers });
  const stopped = stopSignal();
  // The process that has workers serves nothing of a broker itself, and so loads nothing of it.
  if (workers > 1 && cluster.isPrimary) {
    const { runPrimary } = await import('../serve/workers/run-primary.ts');
    await runPrimary({ config, log: createLog(config.logLevel), stopped });
  } else if (workers > 1) {
    const { runWorker } = await import('../serve/workers/run-worker.ts');
    await runWorker({ config, log: createLog(config.logLevel, { worker: cluster.worker?.id }), stopped });
  } else {
    await serveAlone(config, createLog(config.logLevel), stopped);
  }
}

async function serveAlone(config: Config, log: ProcessLog, stopped: Promise<string>): Promise<void> {
  const { startServing } = await import('../serve/start-serving.ts');
  const { issuer, origins, stop } = await startServing(config, log);
  for (const line of exposureOf(config)) log.warn({ ...origins }, line);
  const { role, audit, storage } = config;
  log.info({ issuer, ...origins, role, audit, storage: storage.kind }, 'ready');
  log.info({ signal: await stopped }, 'stopping');
  await stop();
  log.info({}, 'stopped');
}

function readConfigFile(path: string): ConfigFile {
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch {
    throw new ConfigError([`the file ${path} that --config names cannot be read`]);
  }
}
