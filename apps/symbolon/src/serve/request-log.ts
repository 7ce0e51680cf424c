import type { GatewayLog } from '@symbolon/gateway';
import type { ProcessLog } from '../log.ts';
import type { MeasuredRequest, RequestMetrics, ServerName } from './metrics/request-metrics.ts';

/** What the lines of all servers have in common. */
interface LoggedRequest extends MeasuredRequest {
  readonly requestId: string | null;
  readonly traceId: string | null;
  /** The address of who made it; null where it is not known. */
  readonly client: string | null;
}

export interface RequestLog extends Pick<GatewayLog, 'logFault'> {
  logRequest(line: LoggedRequest): void;
}

/** What is asked every few seconds by machines. */
const ROUTINE: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics']);

/** The request lines of a server as events of the log and as measurements; routine ones are told at level debug. */
export function createRequestLog(server: ServerName, log: ProcessLog, metrics: RequestMetrics): RequestLog {
  const logServed = log.frequent<LoggedRequest>('request', { server });
  return {
    logRequest(line) {
      metrics.recordRequest(server, line);
      if (ROUTINE.has(line.route)) log.debug({ server, ...line }, 'request');
      else logServed(line);
    },
    logFault({ message, ...line }) {
      log.error({ server, ...line, detail: message }, 'fault');
    },
  };
}
