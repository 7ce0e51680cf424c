import { type Aggregator, Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { METRICS, type MetricDescription, type MetricName } from './metrics-vocabulary.ts';

/** Makes metrics of one registry as the vocabulary describes them, and none that it does not. */
export interface OwnMetrics {
  /** Before each reading `collect` sets what it then has; whatever it does not set is gone. */
  gauge(name: MetricName, collect?: (gauge: Gauge) => void): Gauge;
  /** A counter whose values are counted elsewhere, and set before each reading. */
  counted(name: MetricName, collect: (counter: Counter) => void): Counter;
  histogram(name: MetricName, buckets: number[]): Histogram;
}

export function createOwnMetrics(registry: Registry): OwnMetrics {
  const configOf = (name: MetricName) => {
    const described: MetricDescription | undefined = METRICS.find((metric) => metric.name === name);
    if (described === undefined) throw new Error(`no metric is described as ${name}`);
    const { help, labels, acrossWorkers = 'sum' } = described;
    const aggregator: Aggregator = acrossWorkers;
    return { name, help, labelNames: [...labels], registers: [registry], aggregator };
  };
  return {
    gauge(name, collect) {
      const config = configOf(name);
      if (collect === undefined) return new Gauge(config);
      return new Gauge({ ...config, collect: collectingAnew(collect, config.labelNames) });
    },
    counted(name, collect) {
      const config = configOf(name);
      return new Counter({ ...config, collect: collectingAnew(collect, config.labelNames) });
    },
    histogram: (name, buckets) => new Histogram({ ...configOf(name), buckets }),
  };
}

interface Resettable {
  reset(): void;
  remove(): void;
}

function collectingAnew<M extends Resettable>(
  collect: (metric: M) => void,
  labelNames: readonly string[],
): (this: M) => void {
  return function (this: M) {
    this.reset();
    // A metric without labels is set to 0 by that, and 0 would be a statement.
    if (labelNames.length === 0) this.remove();
    collect(this);
  };
}
