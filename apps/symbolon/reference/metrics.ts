import { METRICS } from '../src/serve/metrics/metrics-vocabulary.ts';
import { code, page, table } from './markdown.ts';

/** Every metric of the broker's own. */
export function metricsPage(): string {
  const rows = METRICS.map(({ name, type, labels, unit, help, ...more }) => [
    code(name),
    type,
    labels.map(code).join(', '),
    unit,
    'acrossWorkers' in more ? more.acrossWorkers : 'sum',
    help,
  ]);
  return page(
    'Metrics',
    'What `GET /metrics` exposes for Prometheus, beside the usual `process_` and `nodejs_` metrics. The values of every ' +
      'label are bounded: no label comes from a subject, an audience or anything else that a caller chooses.',
    table(['metric', 'type', 'labels', 'unit', 'across workers', 'what'], rows),
  );
}
