import {
  POLICY_REASONS,
  REQUEST_REASONS,
  type Reason,
  TOKEN_REASONS,
  UNAVAILABLE_REASONS,
} from '@symbolon/core';
import type { OwnMetrics } from './own-metrics.ts';

/** The servers of a process, by what they are for. */
const SERVERS = ['gateway', 'admin', 'metrics'] as const;
export type ServerName = (typeof SERVERS)[number];

/** What is measured of a request: a part of the line that the log has of it. */
export interface MeasuredRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly reason: string | null;
  readonly durationMs: number;
}

export interface RequestMetrics {
  recordRequest(server: ServerName, request: MeasuredRequest): void;
  /** Counts a request as in flight until what is returned is called. */
  beginRequest(server: ServerName): () => void;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const DURATION_BUCKETS_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** What stands for the reason of an exchange that has none. */
const ISSUED = '';

type Outcome = 'issued' | 'refused' | 'unproven' | 'unavailable';

const OUTCOMES: ReadonlyMap<string, Outcome> = new Map<Reason, Outcome>([
  ...REQUEST_REASONS.map((reason) => [reason, 'unproven'] as const),
  ...TOKEN_REASONS.map((reason) => [reason, 'unproven'] as const),
  ...POLICY_REASONS.map((reason) => [reason, 'refused'] as const),
  ...UNAVAILABLE_REASONS.map((reason) => [reason, 'unavailable'] as const),
]);

/**
 * `tokenRoute` is the route whose requests are exchanges. What is counted for every request is counted in plain numbers,
 * and made into metrics when they are read.
 */
export function createRequestMetrics(metrics: OwnMetrics, tokenRoute: string): RequestMetrics {
  const durations = metrics.histogram('symbolon_http_request_duration_seconds', DURATION_BUCKETS_SECONDS);
  const exchanges = new Map<string, number>();
  const inFlight: Record<ServerName, number> = { gateway: 0, admin: 0, metrics: 0 };
  metrics.counted('symbolon_exchanges_total', (counter) => {
    for (const [reason, count] of exchanges) counter.inc({ outcome: outcomeOf(reason), reason }, count);
  });
  metrics.gauge('symbolon_http_requests_in_flight', (gauge) => {
    for (const server of SERVERS) gauge.set({ server }, inFlight[server]);
  });

  return {
    recordRequest(server, { method, route, status, reason, durationMs }) {
      const methodLabel = METHODS.has(method) ? method : 'other';
      durations.observe({ server, route, method: methodLabel, status }, durationMs / 1000);
      if (server !== 'gateway' || route !== tokenRoute) return;
      const known = reason ?? ISSUED;
      exchanges.set(known, (exchanges.get(known) ?? 0) + 1);
    },
    beginRequest(server) {
      inFlight[server] += 1;
      return () => {
        inFlight[server] -= 1;
      };
    },
  };
}

function outcomeOf(reason: string): Outcome {
  return reason === ISSUED ? 'issued' : (OUTCOMES.get(reason) ?? 'unavailable');
}
