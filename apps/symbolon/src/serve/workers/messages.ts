import type { MetricsAsData } from '../metrics/create-metrics.ts';

/*
 * Several processes of one broker on one machine. The first one, the primary, starts workers, replaces those that die,
 * and answers for all of them where METRICS_LISTEN says; it opens neither keys nor the database. Each worker is a whole
 * broker, apart from the others as replicas on other machines are, and all share the ports. What the two tell each
 * other is below, and nothing of it is a secret.
 */

/** Where the workers serve: the same for each. */
export interface WorkerAddresses {
  readonly issuer: string;
  readonly gateway?: string | undefined;
  readonly admin?: string | undefined;
}

/** What a worker tells the primary. */
export type FromWorker =
  | { readonly kind: 'ready'; readonly addresses: WorkerAddresses }
  /** The start failed; `reason` is what a person would have been shown. The worker ends. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'report'; readonly id: number; readonly report: WorkerReport };

/** What the primary asks of a worker that is ready. */
export interface ToWorker {
  readonly kind: 'report';
  readonly id: number;
}

export interface WorkerReport {
  /** The names of the readiness checks that fail. */
  readonly failing: readonly string[];
  readonly metrics: MetricsAsData;
}
