import { randomUUID } from 'node:crypto';
import { type ClientAddressOf, createProbes, type ReadinessCheck } from '@symbolon/gateway';
import { AggregatorRegistry } from 'prom-client';
import type { Log } from '../../log.ts';
import type { Fetch } from '../http-listener.ts';
import type { WorkerReport } from './messages.ts';

export interface ProbesOfWorkersDeps {
  /** The reports of the workers that are ready; null of one that does not answer. */
  ask(): Promise<readonly (WorkerReport | null)[]>;
  /** How many there must be. */
  readonly workers: number;
  isDraining(): boolean;
  readonly clientAddressOf: ClientAddressOf;
  readonly log: Log;
}

/** Probes and metrics of all workers together: ready when each of them is, and their figures made into one. */
export function createProbesOfWorkers(deps: ProbesOfWorkersDeps): Fetch {
  let checks: readonly ReadinessCheck[] = [];
  const { fetch } = createProbes({
    issuer: 'http://127.0.0.1',
    readiness: () => checks,
    metrics: { readMetrics: async () => metricsOf(await deps.ask()) },
    createId: randomUUID,
    elapsedMs: () => performance.now(),
    clientAddressOf: deps.clientAddressOf,
    log: {
      logRequest: (line) => deps.log.debug({ server: 'metrics', ...line }, 'request'),
      logFault: ({ message, ...line }) =>
        deps.log.error({ server: 'metrics', ...line, detail: message }, 'fault'),
    },
  });
  return async (request, connection) => {
    if (new URL(request.url).pathname === '/readyz') checks = checksOf(await deps.ask(), deps);
    return fetch(request, connection);
  };
}

function checksOf(
  reports: readonly (WorkerReport | null)[],
  { workers, isDraining }: ProbesOfWorkersDeps,
): readonly ReadinessCheck[] {
  const failing = new Set(reports.flatMap((report) => report?.failing ?? []));
  const isAnswering = reports.length >= workers && !reports.includes(null);
  return [
    { name: 'workers', ok: isAnswering, detail: 'a worker is being replaced or does not answer' },
    { name: 'serving', ok: !isDraining(), detail: 'the broker is stopping' },
    ...[...failing].map((name) => ({ name, ok: false, detail: 'a worker is not ready' })),
  ];
}

async function metricsOf(reports: readonly (WorkerReport | null)[]) {
  const figures = reports.filter((report) => report !== null).map(({ metrics }) => metrics);
  const registry = AggregatorRegistry.aggregate([...figures]);
  return { contentType: registry.contentType, text: await registry.metrics() };
}
