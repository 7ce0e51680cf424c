import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { ConfigFile } from '../config/config-file.ts';
import { httpOrigin, type ListenAddress } from '../config/listen-address.ts';
import { type Config, ConfigError, loadConfig } from '../config/load-config.ts';
import { createLog, errorFields, type Log } from '../log.ts';
import { connectionLimit, openFilesLimit } from '../serve/connection-limit.ts';
import { exposureOf } from '../serve/exposure.ts';
import { createHttpListener, type HttpListener } from '../serve/http-listener.ts';
import type { ServerName } from '../serve/metrics/request-metrics.ts';
import { type Broker, openBroker } from '../wire.ts';

/** Load balancers hear from readyz that no more requests should come, while those that come are still served. */
const DRAIN_NOTICE_MS = 1_000;
const DRAIN_TIMEOUT_MS = 10_000;
const SAME_SIGNAL_MS = 500;

/** `symbolon serve`: gateway and admin API in one process, until SIGTERM or SIGINT. */
export async function serve(options: { readonly config?: string }): Promise<void> {
  const file = options.config === undefined ? null : readConfigFile(options.config);
  const config = loadConfig({ env: process.env, file });
  const log = createLog(config.logLevel);
  const stopped = stopSignal();
  const { listeners, broker } = await start(config, log);
  const signal = await stopped;
  log.info({ signal }, 'stopping');
  broker.startDraining();
  for (const listener of listeners.values()) listener.endConnections();
  await setTimeout(DRAIN_NOTICE_MS);
  await Promise.all([...listeners.values()].map((listener) => listener.drain(DRAIN_TIMEOUT_MS)));
  await broker.close();
  log.info({}, 'stopped');
}

function readConfigFile(path: string): ConfigFile {
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch {
    throw new ConfigError([`the file ${path} that --config names cannot be read`]);
  }
}

interface Serving {
  readonly listeners: ReadonlyMap<ServerName, HttpListener>;
  readonly broker: Broker;
}

/** Ports first: the issuer may be the address that was bound. Whatever fails takes the rest down with it. */
async function start(config: Config, log: Log): Promise<Serving> {
  const listeners = new Map<ServerName, HttpListener>();
  try {
    const addresses = addressesOf(config);
    const maxConnections = connectionLimit(openFilesLimit(), addresses.size);
    for (const [server, address] of addresses) {
      listeners.set(server, await createHttpListener(address, maxConnections));
    }
    const origins = Object.fromEntries(
      [...listeners].map(([name, { address }]) => [name, httpOrigin(address)]),
    );
    const issuer = config.issuer ?? origins.gateway ?? '';
    const connections = () => new Map([...listeners].map(([name, one]) => [name, one.connections()]));
    const broker = await openBroker({ config, issuer, log, now: Date.now, connections });
    for (const [server, listener] of listeners) listener.serve(broker[server]);
    for (const line of exposureOf(config)) log.warn({ ...origins }, line);
    log.info({ issuer, ...origins, dataDir: config.dataDir }, 'ready');
    return { listeners, broker };
  } catch (error) {
    log.debug(errorFields(error), 'the start failed');
    await Promise.all([...listeners.values()].map((listener) => listener.drain(0)));
    throw error;
  }
}

function addressesOf(config: Config): ReadonlyMap<ServerName, ListenAddress> {
  const addresses = new Map<ServerName, ListenAddress>([
    ['gateway', config.listen],
    ['admin', config.adminListen],
  ]);
  return config.metricsListen === null ? addresses : addresses.set('metrics', config.metricsListen);
}

/**
 * Resolves with the first signal. A later one ends the process at once; one that comes with the first is the same
 * Ctrl-C, passed on by the parent process as well.
 */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let firstAtMs: number | null = null;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        firstAtMs ??= Date.now();
        if (Date.now() - firstAtMs > SAME_SIGNAL_MS) process.exit(1);
        resolve(signal);
      });
    }
  });
}
