import { isLoopbackHost } from '../config/listen-address.ts';
import type { Config } from '../config/load-config.ts';

/** What others than this machine can reach and perhaps should not: a line each, for the log of the start. */
export function exposureOf(
  config: Pick<Config, 'listen' | 'adminListen' | 'metricsListen'>,
): readonly string[] {
  const lines: string[] = [];
  if (!isLoopbackHost(config.adminListen.host)) {
    lines.push('the admin token travels in the clear: put TLS in front of the admin API');
  }
  if (config.metricsListen === null && !isLoopbackHost(config.listen.host)) {
    lines.push(
      'whoever reaches the gateway can read its metrics: give them an address of their own (METRICS_LISTEN)',
    );
  }
  return lines;
}
