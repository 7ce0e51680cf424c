import type { Connection } from '@symbolon/gateway';
import type { Config } from '../config/load-config.ts';
import type { ProcessLog } from '../log.ts';
import type { Door } from '../serve/http-listener.ts';
import type { Metrics } from '../serve/metrics/create-metrics.ts';
import type { ServerName } from '../serve/metrics/request-metrics.ts';
import type { StateSources } from '../serve/metrics/state-metrics.ts';

/** Given the connection, a path that was spelled in another way than it is routed is not served. */
export type Handle = (request: Request, connection?: Connection) => Response | Promise<Response>;

/** A handler for each server of the role, and for the probes. */
export interface Broker extends Pick<Metrics, 'readMetricsAsData'> {
  readonly handlers: Readonly<Partial<Record<ServerName, Handle>> & { metrics: Handle }>;
  /** The gateway's shorter way to its token endpoint, asked before its handler; null where there is no gateway. */
  readonly tokenDoor: Door | null;
  /** From now on readyz says that no more requests should come. */
  startDraining(): void;
  /** Writes what is still held, and frees the storage. */
  close(): Promise<void>;
}

export interface BrokerOptions extends Pick<StateSources, 'connections' | 'tlsCertificate'> {
  readonly config: Config;
  readonly issuer: string;
  readonly log: ProcessLog;
  /** Unix milliseconds. */
  now(): number;
}
