import { isLoopbackHost } from '../config/listen-address.ts';
import type { Config } from '../config/load-config.ts';
import { servesAdmin, servesGateway } from '../config/run-options.ts';

/** What others than this machine can reach and perhaps should not: a line each, for the log of the start. */
export function exposureOf(
  config: Pick<Config, 'role' | 'listen' | 'adminListen' | 'metricsListen' | 'tls'>,
): readonly string[] {
  const lines: string[] = [];
  if (servesAdmin(config.role) && config.tls === null && !isLoopbackHost(config.adminListen.host)) {
    lines.push(
      'the admin token travels in the clear: give a certificate (TLS_CERT_FILE), or put TLS in front of the admin API',
    );
  }
  if (servesGateway(config.role) && config.tls === null && !isLoopbackHost(config.listen.host)) {
    lines.push(
      'tokens and credentials travel in the clear: give a certificate (TLS_CERT_FILE), or put TLS in front of the gateway',
    );
  }
  if (servesGateway(config.role) && config.metricsListen === null && !isLoopbackHost(config.listen.host)) {
    lines.push(
      'whoever reaches the gateway can read its metrics: give them an address of their own (METRICS_LISTEN)',
    );
  }
  return lines;
}
