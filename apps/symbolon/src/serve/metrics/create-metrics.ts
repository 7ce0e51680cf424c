import { collectDefaultMetrics, type MetricObject, Registry } from 'prom-client';
import { createOwnMetrics } from './own-metrics.ts';
import { createRequestMetrics, type RequestMetrics } from './request-metrics.ts';
import { addStateMetrics, type StateSources } from './state-metrics.ts';

/*
 * What an operator's monitoring sees of the broker. Requests are recorded as they are answered; everything else is
 * read off the parts of the broker when somebody asks, so that it costs an exchange nothing. Apart from those parts,
 * so that none of them knows of Prometheus.
 */

export interface Metrics extends RequestMetrics {
  /** The text exposition format of Prometheus. */
  readMetrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** The same as plain data, for a process that adds up the figures of several. */
  readMetricsAsData(): Promise<MetricsAsData>;
}

export type MetricsAsData = readonly MetricObject[];

export interface MetricsDeps extends StateSources {
  readonly version: string;
  /** The route whose requests are exchanges. */
  readonly tokenRoute: string;
}

export function createMetrics(deps: MetricsDeps): Metrics {
  const registry = new Registry();
  // Under the names that dashboards for Node.js look for.
  collectDefaultMetrics({ register: registry });
  const own = createOwnMetrics(registry);
  own.gauge('symbolon_build_info').set({ version: deps.version }, 1);
  addStateMetrics(own, deps);
  return {
    ...createRequestMetrics(own, deps.tokenRoute),
    readMetrics: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
    readMetricsAsData: () => registry.getMetricsAsJSON(),
  };
}
