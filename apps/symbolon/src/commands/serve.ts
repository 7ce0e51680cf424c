import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { httpOrigin, isLoopbackHost } from '../config/listen-address.ts';
import { type Config, ConfigError, loadConfig } from '../config/load-config.ts';
import { createLog, errorFields, type Log } from '../log.ts';
import { connectionLimit, openFilesLimit } from '../serve/connection-limit.ts';
import { createHttpListener, type HttpListener } from '../serve/http-listener.ts';
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
  const { gateway, admin, broker } = await start(config, log);
  const signal = await stopped;
  log.info({ signal }, 'stopping');
  broker.startDraining();
  gateway.endConnections();
  admin.endConnections();
  await setTimeout(DRAIN_NOTICE_MS);
  await Promise.all([gateway.drain(DRAIN_TIMEOUT_MS), admin.drain(DRAIN_TIMEOUT_MS)]);
  await broker.close();
  log.info({}, 'stopped');
}

function readConfigFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError([`the file ${path} that --config names cannot be read`]);
  }
}

interface Serving {
  readonly gateway: HttpListener;
  readonly admin: HttpListener;
  readonly broker: Broker;
}

/** Ports first: the issuer may be the address that was bound. Whatever fails takes the rest down with it. */
async function start(config: Config, log: Log): Promise<Serving> {
  const maxConnections = connectionLimit(openFilesLimit());
  const gateway = await createHttpListener(config.listen, maxConnections);
  try {
    const admin = await createHttpListener(config.adminListen, maxConnections);
    try {
      const issuer = config.issuer ?? httpOrigin(gateway.address);
      const broker = await openBroker({ config, issuer, log, now: Date.now });
      gateway.serve(broker.gateway);
      admin.serve(broker.admin);
      const addresses = { gateway: httpOrigin(gateway.address), admin: httpOrigin(admin.address) };
      if (!isLoopbackHost(config.adminListen.host)) {
        log.warn(
          { admin: addresses.admin },
          'the admin token travels in the clear: put TLS in front of the admin API',
        );
      }
      log.info({ issuer, ...addresses, dataDir: config.dataDir }, 'ready');
      return { gateway, admin, broker };
    } catch (error) {
      await admin.drain(0);
      throw error;
    }
  } catch (error) {
    log.debug(errorFields(error), 'the start failed');
    await gateway.drain(0);
    throw error;
  }
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
