import {
  type Cluster,
  POLICY_REASONS,
  REQUEST_REASONS,
  TOKEN_REASONS,
  UNAVAILABLE_REASONS,
} from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import { countInFlight } from './count-in-flight.ts';
import { createMetrics, type MetricsDeps } from './create-metrics.ts';
import { METRICS } from './metrics-vocabulary.ts';
import type { MeasuredRequest } from './request-metrics.ts';

const NOW_MS = 1_800_000_000_000;
const cluster = (name: string) => ({ name }) as unknown as Cluster;
const inForce = {
  epoch: 12,
  readAtMs: NOW_MS - 30_000,
  faults: 2,
  objects: { Cluster: 2, IdentitySystem: 1, Target: 3, MappingRule: 40, Revocation: 0 },
  clusters: [cluster('east'), cluster('west'), cluster('new')],
};
const keys = {
  east: { readAtMs: NOW_MS - 5_000, keyIds: ['a', 'b'], failure: null },
  west: { readAtMs: null, keyIds: [], failure: 'cluster west does not answer' },
};

function createTestMetrics(overrides: Partial<MetricsDeps> = {}) {
  const metrics = createMetrics({
    version: '1.2.3',
    tokenRoute: '/token',
    now: () => NOW_MS,
    policyFacts: () => ({ inForce, succeededReads: 7, failedReads: 1 }),
    readClusterKeys: ({ name }) => keys[name as keyof typeof keys] ?? null,
    knownSigningKeys: () => [
      { algorithm: 'ES256', state: 'previous', sinceMs: NOW_MS - 9_000 },
      { algorithm: 'ES256', state: 'previous', sinceMs: NOW_MS - 2_000 },
      { algorithm: 'ES256', state: 'current', sinceMs: NOW_MS - 1_000 },
    ],
    auditFigures: () => ({
      queue: { waiting: 3, oldestMs: 1_500 },
      writes: [{ kind: 'exchange', succeeded: 100, failed: 4, overtaken: 2 }],
    }),
    unwrittenRefusals: () => 5,
    connections: () => new Map([['gateway', { open: 11, refused: 6 }]]),
    tlsCertificate: () => ({ expiresAtMs: NOW_MS + 86_400_000, isReloadFailing: true }),
    ...overrides,
  });
  const lines = async () => (await metrics.readMetrics()).text.split('\n');
  return { ...metrics, lines, read: async () => (await metrics.readMetrics()).text };
}

const served: MeasuredRequest = { method: 'POST', route: '/token', status: 200, reason: null, durationMs: 2 };

describe('requests', () => {
  test('an exchange is counted by its outcome and internal reason, whatever the caller was told', async () => {
    const { recordRequest, lines } = createTestMetrics();
    recordRequest('gateway', served);
    recordRequest('gateway', { ...served, status: 400, reason: 'rule_denied' });
    recordRequest('gateway', { ...served, status: 400, reason: 'rule_denied' });
    recordRequest('gateway', { ...served, status: 400, reason: 'token_expired' });
    recordRequest('gateway', { ...served, status: 503, reason: 'audit_unavailable' });
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'symbolon_exchanges_total{outcome="issued",reason=""} 1',
        'symbolon_exchanges_total{outcome="refused",reason="rule_denied"} 2',
        'symbolon_exchanges_total{outcome="unproven",reason="token_expired"} 1',
        'symbolon_exchanges_total{outcome="unavailable",reason="audit_unavailable"} 1',
      ]),
    );
  });

  test('every reason has its outcome', async () => {
    const { recordRequest, read } = createTestMetrics();
    const outcomes = {
      unproven: [...REQUEST_REASONS, ...TOKEN_REASONS],
      refused: POLICY_REASONS,
      unavailable: UNAVAILABLE_REASONS,
    };
    for (const reason of Object.values(outcomes).flat()) recordRequest('gateway', { ...served, reason });
    const text = await read();
    for (const [outcome, reasons] of Object.entries(outcomes)) {
      for (const reason of reasons) expect(text).toContain(`{outcome="${outcome}",reason="${reason}"} 1\n`);
    }
  });

  test('no other route, and no other server, has exchanges', async () => {
    const { recordRequest, read } = createTestMetrics();
    recordRequest('gateway', { ...served, route: '/jwks' });
    recordRequest('admin', served);
    expect(await read()).not.toContain('symbolon_exchanges_total{');
  });

  test('the time of a request is in seconds, in the buckets of its server, route, method and status', async () => {
    const { recordRequest, lines } = createTestMetrics();
    recordRequest('gateway', served);
    const labels = 'server="gateway",route="/token",method="POST",status="200"';
    expect(await lines()).toEqual(
      expect.arrayContaining([
        `symbolon_http_request_duration_seconds_bucket{le="0.001",${labels}} 0`,
        `symbolon_http_request_duration_seconds_bucket{le="0.0025",${labels}} 1`,
        `symbolon_http_request_duration_seconds_sum{${labels}} 0.002`,
        `symbolon_http_request_duration_seconds_count{${labels}} 1`,
      ]),
    );
  });

  test('A50: a method that a caller makes up makes no series of its own', async () => {
    const { recordRequest, read } = createTestMetrics();
    for (const method of ['CANARY-1', 'CANARY-2', 'post']) recordRequest('gateway', { ...served, method });
    const text = await read();
    expect(text).not.toMatch(/CANARY|"post"/);
    expect(text).toMatch(/_count\{[^}]*method="other"[^}]*\} 3\n/);
  });

  test('a request is in flight until it is answered, or has failed', async () => {
    const metrics = createTestMetrics();
    const first = Promise.withResolvers<string>();
    const handle = countInFlight('gateway', (answer: Promise<string>) => answer, metrics);
    const answers = [handle(first.promise), handle(first.promise)];
    expect(await metrics.lines()).toContain('symbolon_http_requests_in_flight{server="gateway"} 2');
    first.reject(new Error('broken'));
    await Promise.allSettled(answers);
    expect(await metrics.lines()).toContain('symbolon_http_requests_in_flight{server="gateway"} 0');
  });
});

describe('the state of the broker', () => {
  test('is read off its parts', async () => {
    const lines = await createTestMetrics().lines();
    expect(lines).toEqual(
      expect.arrayContaining([
        'symbolon_build_info{version="1.2.3"} 1',
        'symbolon_policy_in_force 1',
        'symbolon_policy_epoch 12',
        'symbolon_policy_age_seconds 30',
        'symbolon_policy_faults 2',
        'symbolon_policy_objects{kind="MappingRule"} 40',
        'symbolon_policy_reads_total{outcome="succeeded"} 7',
        'symbolon_policy_reads_total{outcome="failed"} 1',
        'symbolon_cluster_keys_age_seconds{cluster="east"} 5',
        'symbolon_cluster_keys{cluster="east"} 2',
        'symbolon_cluster_keys{cluster="west"} 0',
        'symbolon_cluster_keys_failing{cluster="east"} 0',
        'symbolon_cluster_keys_failing{cluster="west"} 1',
        'symbolon_signing_keys{algorithm="ES256",state="previous"} 2',
        'symbolon_signing_key_age_seconds{algorithm="ES256",state="previous"} 9',
        'symbolon_signing_key_age_seconds{algorithm="ES256",state="current"} 1',
        'symbolon_audit_waiting_events 3',
        'symbolon_audit_oldest_waiting_seconds 1.5',
        'symbolon_audit_writes_total{kind="exchange",outcome="succeeded"} 100',
        'symbolon_audit_writes_total{kind="exchange",outcome="failed"} 4',
        'symbolon_audit_writes_total{kind="exchange",outcome="overtaken"} 2',
        'symbolon_audit_unwritten_refusals 5',
        'symbolon_http_connections{server="gateway"} 11',
        'symbolon_tls_certificate_expires_in_seconds 86400',
        'symbolon_tls_reload_failing 1',
        'symbolon_http_connections_refused_total{server="gateway"} 6',
      ]),
    );
    expect(lines.join('\n')).not.toMatch(/keys_age_seconds\{cluster="west"|cluster="new"/);
  });

  test('has no certificate where plain http is spoken', async () => {
    const text = await createTestMetrics({ tlsCertificate: () => null }).read();
    expect(text).not.toMatch(/^symbolon_tls_/m);
  });

  test('has no epoch, age or cluster where no policy is in force', async () => {
    const policyFacts = () => ({ inForce: null, succeededReads: 0, failedReads: 1 });
    const text = await createTestMetrics({ policyFacts }).read();
    expect(text).toContain('symbolon_policy_in_force 0\n');
    expect(text).not.toMatch(/^symbolon_(policy_(epoch|age_seconds|faults|objects)|cluster_keys\w*)[ {]/m);
  });

  test('forgets a cluster that left the policy, and counts nothing twice when it is read again', async () => {
    const state = { clusters: [cluster('east')] };
    const policyFacts = () => ({ inForce: { ...inForce, ...state }, succeededReads: 7, failedReads: 0 });
    const { read } = createTestMetrics({ policyFacts });
    expect(await read()).toContain('cluster="east"');
    state.clusters = [];
    const text = await read();
    expect(text).not.toContain('cluster="east"');
    expect(text).toContain('symbolon_policy_reads_total{outcome="succeeded"} 7\n');
    expect(text).toContain('symbolon_signing_keys{algorithm="ES256",state="previous"} 2\n');
  });
});

describe('the vocabulary', () => {
  test('names every metric of the broker\u2019s own once, and none that there is not', async () => {
    const text = await createTestMetrics().read();
    const exposed = [...text.matchAll(/^# TYPE (symbolon_\w+) (\w+)$/gm)].map(
      ([, name, type]) => `${name} ${type}`,
    );
    expect(exposed.toSorted()).toEqual(METRICS.map(({ name, type }) => `${name} ${type}`).toSorted());
  });

  test.each(METRICS)(
    '$name follows the conventions: base units, _total for counters, a sentence of help',
    (metric) => {
      expect(metric.name).toMatch(/^symbolon_[a-z]+(_[a-z]+)*$/);
      expect(metric.name.endsWith('_total')).toBe(metric.type === 'counter');
      expect(metric.name.endsWith('_seconds')).toBe(metric.unit === 'seconds');
      expect(metric.help).toMatch(/^[A-Z].{15,}\.$/);
      for (const label of metric.labels) {
        expect(
          ['version', 'outcome', 'reason', 'server', 'route', 'method', 'status'].concat([
            'kind',
            'cluster',
            'algorithm',
            'state',
          ]),
        ).toContain(label);
      }
    },
  );

  test('has the process and the runtime beside it, under the names that dashboards know', async () => {
    const text = await createTestMetrics().read();
    for (const name of [
      'process_resident_memory_bytes',
      'process_cpu_seconds_total',
      'nodejs_eventloop_lag_seconds',
    ]) {
      expect(text).toContain(`# TYPE ${name} `);
    }
  });
});
