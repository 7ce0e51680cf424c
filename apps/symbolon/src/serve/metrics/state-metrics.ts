import type { Cluster } from '@symbolon/core';
import type { PolicyFacts } from '../policy-holder.ts';
import type { TlsCertificateFacts } from '../tls-certificate.ts';
import type { AuditFigures } from '../watch-audit.ts';
import type { SigningKeyFact } from '../watch-signing-keys.ts';
import type { OwnMetrics } from './own-metrics.ts';
import type { ServerName } from './request-metrics.ts';

/** What is asked for at each reading of the metrics. None of it does I/O or waits. */
export interface StateSources {
  /** Unix milliseconds. */
  now(): number;
  policyFacts(): PolicyFacts;
  /** Null: none were asked for. */
  readClusterKeys(cluster: Cluster): ClusterKeyFigures | null;
  knownSigningKeys(): readonly SigningKeyFact[];
  auditFigures(): AuditFigures;
  unwrittenRefusals(): number;
  connections(): ReadonlyMap<ServerName, { readonly open: number; readonly refused: number }>;
  /** Null without TLS. */
  tlsCertificate(): TlsCertificateFacts | null;
}

interface ClusterKeyFigures {
  /** Unix milliseconds; null: they could not be read yet. */
  readonly readAtMs: number | null;
  readonly keyIds: readonly string[];
  /** Null where the last reading succeeded. */
  readonly failure: string | null;
}

/** The metrics that are read off the broker's parts. */
export function addStateMetrics(metrics: OwnMetrics, sources: StateSources): void {
  addPolicyMetrics(metrics, sources);
  addClusterKeyMetrics(metrics, sources);
  addSigningKeyMetrics(metrics, sources);
  addAuditMetrics(metrics, sources);
  addTlsMetrics(metrics, sources);
  metrics.gauge('symbolon_http_connections', (gauge) => {
    for (const [server, { open }] of sources.connections()) gauge.set({ server }, open);
  });
  metrics.counted('symbolon_http_connections_refused_total', (counter) => {
    for (const [server, { refused }] of sources.connections()) counter.inc({ server }, refused);
  });
}

function addPolicyMetrics(metrics: OwnMetrics, { policyFacts, now }: StateSources): void {
  metrics.gauge('symbolon_policy_in_force', (gauge) => gauge.set(policyFacts().inForce === null ? 0 : 1));
  metrics.gauge('symbolon_policy_epoch', (gauge) => {
    const { inForce } = policyFacts();
    if (inForce !== null) gauge.set(inForce.epoch);
  });
  metrics.gauge('symbolon_policy_age_seconds', (gauge) => {
    const { inForce } = policyFacts();
    if (inForce !== null) gauge.set(ageSeconds(inForce.readAtMs, now()));
  });
  metrics.gauge('symbolon_policy_faults', (gauge) => {
    const { inForce } = policyFacts();
    if (inForce !== null) gauge.set(inForce.faults);
  });
  metrics.gauge('symbolon_policy_objects', (gauge) => {
    for (const [kind, count] of Object.entries(policyFacts().inForce?.objects ?? {}))
      gauge.set({ kind }, count);
  });
  metrics.counted('symbolon_policy_reads_total', (counter) => {
    const { succeededReads, failedReads } = policyFacts();
    counter.inc({ outcome: 'succeeded' }, succeededReads);
    counter.inc({ outcome: 'failed' }, failedReads);
  });
}

function addClusterKeyMetrics(metrics: OwnMetrics, sources: StateSources): void {
  const views = () =>
    (sources.policyFacts().inForce?.clusters ?? []).flatMap((cluster) => {
      const view = sources.readClusterKeys(cluster);
      return view === null ? [] : [{ cluster: cluster.name, view }];
    });
  metrics.gauge('symbolon_cluster_keys_age_seconds', (gauge) => {
    for (const { cluster, view } of views()) {
      if (view.readAtMs !== null) gauge.set({ cluster }, ageSeconds(view.readAtMs, sources.now()));
    }
  });
  metrics.gauge('symbolon_cluster_keys', (gauge) => {
    for (const { cluster, view } of views()) gauge.set({ cluster }, view.keyIds.length);
  });
  metrics.gauge('symbolon_cluster_keys_failing', (gauge) => {
    for (const { cluster, view } of views()) gauge.set({ cluster }, view.failure === null ? 0 : 1);
  });
}

function addSigningKeyMetrics(metrics: OwnMetrics, { knownSigningKeys, now }: StateSources): void {
  metrics.gauge('symbolon_signing_keys', (gauge) => {
    for (const { algorithm, state } of knownSigningKeys()) gauge.inc({ algorithm, state });
  });
  metrics.gauge('symbolon_signing_key_age_seconds', (gauge) => {
    // The newest first, so that the oldest of a state is the one that stays.
    const newestFirst = [...knownSigningKeys()].sort((a, b) => b.sinceMs - a.sinceMs);
    for (const { algorithm, state, sinceMs } of newestFirst) {
      gauge.set({ algorithm, state }, ageSeconds(sinceMs, now()));
    }
  });
}

function addAuditMetrics(metrics: OwnMetrics, { auditFigures, unwrittenRefusals }: StateSources): void {
  metrics.gauge('symbolon_audit_waiting_events', (gauge) => gauge.set(auditFigures().queue.waiting));
  metrics.gauge('symbolon_audit_oldest_waiting_seconds', (gauge) =>
    gauge.set(auditFigures().queue.oldestMs / 1000),
  );
  metrics.counted('symbolon_audit_writes_total', (counter) => {
    for (const { kind, succeeded, failed, overtaken } of auditFigures().writes) {
      counter.inc({ kind, outcome: 'succeeded' }, succeeded);
      counter.inc({ kind, outcome: 'failed' }, failed);
      if (kind === 'exchange') counter.inc({ kind, outcome: 'overtaken' }, overtaken);
    }
  });
  metrics.gauge('symbolon_audit_unwritten_refusals', (gauge) => gauge.set(unwrittenRefusals()));
}

function addTlsMetrics(metrics: OwnMetrics, { tlsCertificate, now }: StateSources): void {
  metrics.gauge('symbolon_tls_certificate_expires_in_seconds', (gauge) => {
    const facts = tlsCertificate();
    if (facts !== null) gauge.set((facts.expiresAtMs - now()) / 1000);
  });
  metrics.gauge('symbolon_tls_reload_failing', (gauge) => {
    const facts = tlsCertificate();
    if (facts !== null) gauge.set(facts.isReloadFailing ? 1 : 0);
  });
}

function ageSeconds(sinceMs: number, nowMs: number): number {
  return Math.max(0, nowMs - sinceMs) / 1000;
}
