import type { GatewayLog } from '@symbolon/gateway';
import type { Log } from '../log.ts';

/** The gateway's lines as events of the log. Probes are asked for every few seconds, and are told at level debug. */
export function createGatewayLog(log: Log): GatewayLog {
  return {
    logRequest(line) {
      if (line.route === '/livez' || line.route === '/readyz') log.debug({ ...line }, 'request');
      else log.info({ ...line }, 'request');
    },
    logFault({ message, ...line }) {
      log.error({ ...line, detail: message }, 'fault');
    },
  };
}
