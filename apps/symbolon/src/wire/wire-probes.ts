import { randomUUID } from 'node:crypto';
import { createProbes } from '@symbolon/gateway';
import { countInFlight } from '../serve/metrics/count-in-flight.ts';
import { readiness } from '../serve/readiness.ts';
import type { Parts } from './assemble-parts.ts';
import type { Handle } from './broker.ts';

/** Probes and metrics for the server that METRICS_LISTEN names; without one nobody asks it. */
export function wireProbes(parts: Parts): Handle {
  const { issuer, metrics, clientAddressOf, requestLog, elapsedMs } = parts;
  const { fetch } = createProbes({
    issuer,
    metrics,
    readiness: () => readiness(parts),
    createId: randomUUID,
    elapsedMs,
    clientAddressOf,
    log: requestLog('metrics'),
  });
  return countInFlight('metrics', fetch, metrics);
}
