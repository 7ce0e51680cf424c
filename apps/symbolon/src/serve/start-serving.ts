import { setTimeout } from 'node:timers/promises';
import { type ListenAddress, originOf } from '../config/listen-address.ts';
import type { Config } from '../config/load-config.ts';
import { servesAdmin, servesGateway } from '../config/run-options.ts';
import { errorFields, type ProcessLog } from '../log.ts';
import type { Broker } from '../wire/broker.ts';
import { openBroker } from '../wire/open-broker.ts';
import { connectionLimit, openFilesLimit } from './connection-limit.ts';
import { drainInOrder } from './drain-in-order.ts';
import { leaveHeapRoom } from './heap-room.ts';
import { createHttpListener, type HttpListener } from './http-listener.ts';
import type { ServerName } from './metrics/request-metrics.ts';
import { createTlsCertificate, type TlsCertificate, watchTlsCertificate } from './tls-certificate.ts';
import { withProbes } from './with-probes.ts';

/** A broker whose ports are open. */
export interface Serving {
  readonly issuer: string;
  /** Where each server is. */
  readonly origins: Readonly<Partial<Record<ServerName, string>>>;
  readonly broker: Broker;
  /** Answers what is in flight, takes no more, writes what is held, and frees ports and storage. */
  stop(): Promise<void>;
}

interface Held {
  readonly listeners: Map<ServerName, HttpListener>;
  readonly certificate: TlsCertificate | null;
}

/** Certificate and ports first: the issuer may be the address that was bound. What fails takes the rest down with it. */
export async function startServing(config: Config, log: ProcessLog): Promise<Serving> {
  leaveHeapRoom();
  const certificate = config.tls === null ? null : createTlsCertificate(config.tls, log);
  const held: Held = { listeners: new Map(), certificate };
  try {
    return await serveOn(held, config, log);
  } catch (error) {
    log.debug(errorFields(error), 'the start failed');
    await Promise.all([...held.listeners.values()].map((listener) => listener.drain(0)));
    throw error;
  }
}

async function serveOn({ listeners, certificate }: Held, config: Config, log: ProcessLog): Promise<Serving> {
  const addresses = addressesOf(config);
  const maxConnections = connectionLimit(openFilesLimit(), addresses.size);
  for (const [server, address] of addresses) {
    const tls = speaksTls(server) ? (certificate?.current() ?? null) : null;
    listeners.set(server, await createHttpListener(address, maxConnections, { tls }));
  }
  const origins = originsOf(listeners, certificate !== null);
  const issuer = config.issuer ?? origins.gateway ?? '';
  const connections = () => new Map([...listeners].map(([name, one]) => [name, one.connections()]));
  const tlsCertificate = () => certificate?.facts() ?? null;
  const broker = await openBroker({ config, issuer, log, now: Date.now, connections, tlsCertificate });
  const handlers = config.role === 'admin' ? withProbes(broker.handlers) : broker.handlers;
  for (const [server, listener] of listeners) {
    const handler = handlers[server];
    const door = server === 'gateway' ? broker.tokenDoor : null;
    if (handler !== undefined) listener.serve(handler, door ?? undefined);
  }
  const watch =
    certificate &&
    watchTlsCertificate(certificate, (pair) => {
      for (const listener of listeners.values()) listener.renewCertificate(pair);
    });
  return {
    issuer,
    origins,
    broker,
    async stop() {
      watch?.stop();
      await drainInOrder({ listeners: [...listeners.values()], ...broker, sleep: setTimeout });
      await broker.close();
    },
  };
}

/** Metrics and probes are for the inside of a network, and asked for by what has no certificates to trust. */
function speaksTls(server: ServerName): boolean {
  return server !== 'metrics';
}

function originsOf(
  listeners: ReadonlyMap<ServerName, HttpListener>,
  hasTls: boolean,
): Partial<Record<ServerName, string>> {
  const protocolOf = (server: ServerName) => (hasTls && speaksTls(server) ? 'https' : 'http');
  return Object.fromEntries(
    [...listeners].map(([server, { address }]) => [server, originOf(address, protocolOf(server))]),
  );
}

/** Of several workers none can tell the metrics of all: the process that started them does. */
function addressesOf(config: Config): ReadonlyMap<ServerName, ListenAddress> {
  const addresses = new Map<ServerName, ListenAddress>();
  if (servesGateway(config.role)) addresses.set('gateway', config.listen);
  if (servesAdmin(config.role)) addresses.set('admin', config.adminListen);
  if (config.metricsListen !== null && config.workers === 1) addresses.set('metrics', config.metricsListen);
  return addresses;
}
