import type { HttpBindings } from '@hono/node-server';
import { type Counter, type Gauge, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { MetricsAsData } from '../metrics/create-metrics.ts';
import { createOwnMetrics } from '../metrics/own-metrics.ts';
import type { WorkerReport } from './messages.ts';
import { createProbesOfWorkers } from './probes-of-workers.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const well: WorkerReport = { failing: [], metrics: [] };

function probes(reports: readonly (WorkerReport | null)[], isDraining = false) {
  const fetch = createProbesOfWorkers({
    ask: async () => reports,
    workers: 2,
    isDraining: () => isDraining,
    clientAddressOf: () => null,
    log: silent,
  });
  return async (path: string) => fetch(new Request(`http://127.0.0.1:9090${path}`), {} as HttpBindings);
}

test.each([
  { when: 'all are', reports: [well, well], failing: null },
  { when: 'one is being replaced', reports: [well], failing: ['workers'] },
  { when: 'one does not answer', reports: [well, null], failing: ['workers'] },
  { when: 'none is there', reports: [], failing: ['workers'] },
  {
    when: 'one lacks what it needs',
    reports: [well, { ...well, failing: ['policy', 'audit'] }],
    failing: ['policy', 'audit'],
  },
  { when: 'all are, but on their way out', reports: [well, well], isDraining: true, failing: ['serving'] },
])('readiness when $when', async ({ reports, isDraining, failing }) => {
  const answer = await probes(reports, isDraining)('/readyz');
  expect(answer.status).toBe(failing === null ? 200 : 503);
  if (failing === null) return;
  const told = (await answer.json()) as { failing: { name: string }[] };
  expect(told.failing.map(({ name }) => name)).toEqual(failing);
});

test('liveness asks no worker, and nothing else of the broker is there', async () => {
  expect((await probes([])('/livez')).status).toBe(200);
  expect((await probes([well, well])('/token')).status).toBe(404);
});

/** What a worker would tell of these. */
async function figures(requests: number, epoch: number, ageSeconds: number): Promise<MetricsAsData> {
  const registry = new Registry();
  const own = createOwnMetrics(registry);
  own.counted('symbolon_exchanges_total', (counter: Counter) =>
    counter.inc({ outcome: 'issued', reason: '' }, requests),
  );
  own.gauge('symbolon_policy_epoch', (gauge: Gauge) => gauge.set(epoch));
  own.gauge('symbolon_policy_age_seconds', (gauge: Gauge) => gauge.set(ageSeconds));
  own.gauge('symbolon_http_connections', (gauge: Gauge) => gauge.set({ server: 'gateway' }, requests));
  return registry.getMetricsAsJSON();
}

test('counts are added up, and of a state the worst of all is told', async () => {
  const reports = [
    { ...well, metrics: await figures(3, 7, 20) },
    null,
    { ...well, metrics: await figures(4, 6, 10) },
  ];
  const answer = await probes(reports)('/metrics');
  const lines = (await answer.text()).split('\n');
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(lines).toEqual(
    expect.arrayContaining([
      'symbolon_exchanges_total{outcome="issued",reason=""} 7',
      'symbolon_http_connections{server="gateway"} 7',
      'symbolon_policy_epoch 6',
      'symbolon_policy_age_seconds 20',
    ]),
  );
});
