/** One metric as it is exposed and documented. Names and units are those of Prometheus: base units, `_total` for counters. */
export interface MetricDescription {
  readonly name: `symbolon_${string}`;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly unit: 'seconds' | 'count' | 'boolean' | 'number';
  readonly help: string;
  /** What the figures of several workers are made into; without it they are added up. */
  readonly acrossWorkers?: 'min' | 'max';
}

/**
 * Every metric of the broker's own. The values of all labels are bounded: routes are patterns, methods and reasons are
 * closed lists, and clusters those of the policy in force. No label ever comes from a subject, an audience, a
 * namespace, a header or a raw path.
 */
export const METRICS = [
  {
    name: 'symbolon_build_info',
    type: 'gauge',
    labels: ['version'],
    unit: 'number',
    help: 'Always 1; the label is the version of the broker.',
    acrossWorkers: 'max',
  },
  {
    name: 'symbolon_exchanges_total',
    type: 'counter',
    labels: ['outcome', 'reason'],
    unit: 'count',
    help: 'Requests to the token endpoint. outcome: issued; refused (proven, but the policy refuses); unproven (the request or its subject token is not accepted); unavailable (the trouble is ours). reason: the internal reason code, empty where issued.',
  },
  {
    name: 'symbolon_http_request_duration_seconds',
    type: 'histogram',
    labels: ['server', 'route', 'method', 'status'],
    unit: 'seconds',
    help: 'Time from the head of a request to its answer. server: gateway, admin or metrics. route: the pattern, * where none matched. method: "other" where it is none of HTTP\'s own.',
  },
  {
    name: 'symbolon_http_requests_in_flight',
    type: 'gauge',
    labels: ['server'],
    unit: 'count',
    help: 'Requests that are being answered.',
  },
  {
    name: 'symbolon_http_connections',
    type: 'gauge',
    labels: ['server'],
    unit: 'count',
    help: 'Open connections.',
  },
  {
    name: 'symbolon_http_connections_refused_total',
    type: 'counter',
    labels: ['server'],
    unit: 'count',
    help: 'Connections closed at once, because as many as may be were open.',
  },
  {
    name: 'symbolon_tls_certificate_expires_in_seconds',
    type: 'gauge',
    labels: [],
    unit: 'seconds',
    help: 'Time until the certificate that is served expires; below 0 it has. Left out without TLS.',
    acrossWorkers: 'min',
  },
  {
    name: 'symbolon_tls_reload_failing',
    type: 'gauge',
    labels: [],
    unit: 'boolean',
    help: 'Whether the files of certificate and key hold what cannot be served, so that the pair before it still is. Left out without TLS.',
    acrossWorkers: 'max',
  },
  {
    name: 'symbolon_policy_in_force',
    type: 'gauge',
    labels: [],
    unit: 'boolean',
    help: 'Whether there is a policy to decide by. At 0 every exchange is answered 503, and the other metrics of the policy are left out.',
    acrossWorkers: 'min',
  },
  {
    name: 'symbolon_policy_epoch',
    type: 'gauge',
    labels: [],
    unit: 'number',
    help: 'Number of the configuration change that the policy in force follows.',
    acrossWorkers: 'min',
  },
  {
    name: 'symbolon_policy_age_seconds',
    type: 'gauge',
    labels: [],
    unit: 'seconds',
    help: 'Time since the policy in force was last known to be the newest: the database is asked several times a second.',
    acrossWorkers: 'max',
  },
  {
    name: 'symbolon_policy_reads_total',
    type: 'counter',
    labels: ['outcome'],
    unit: 'count',
    help: 'Attempts to read the configuration. outcome: succeeded, failed.',
  },
  {
    name: 'symbolon_policy_faults',
    type: 'gauge',
    labels: [],
    unit: 'count',
    help: 'Stored objects that are not in force as they are stored; the log names each when the policy is read.',
    acrossWorkers: 'max',
  },
  {
    name: 'symbolon_policy_objects',
    type: 'gauge',
    labels: ['kind'],
    unit: 'count',
    help: 'Objects that the policy in force was made of, the disabled ones included. kind: Cluster, IdentitySystem, Target, MappingRule, Revocation.',
    acrossWorkers: 'max',
  },
  {
    name: 'symbolon_cluster_keys_age_seconds',
    type: 'gauge',
    labels: ['cluster'],
    unit: 'seconds',
    help: 'Time since the keys of a cluster were read. Left out for a cluster whose keys were not read yet.',
    acrossWorkers: 'max',
  },
  {
    name: 'symbolon_cluster_keys',
    type: 'gauge',
    labels: ['cluster'],
    unit: 'count',
    help: 'Keys of a cluster that verify tokens now.',
    acrossWorkers: 'min',
  },
  {
    name: 'symbolon_cluster_keys_failing',
    type: 'gauge',
    labels: ['cluster'],
    unit: 'boolean',
    help: 'Whether the last attempt to read the keys of a cluster failed. The keys read before are used on, up to a bound.',
    acrossWorkers: 'max',
  },
  {
    name: 'symbolon_signing_keys',
    type: 'gauge',
    labels: ['algorithm', 'state'],
    unit: 'count',
    help: 'Signing keys as they were last read. state: reserve, next, current, previous, disabled.',
    acrossWorkers: 'max',
  },
  {
    name: 'symbolon_signing_key_age_seconds',
    type: 'gauge',
    labels: ['algorithm', 'state'],
    unit: 'seconds',
    help: 'Time since the oldest key of a state was made (reserve, disabled), published (next), first used (current) or retired (previous).',
    acrossWorkers: 'max',
  },
  {
    name: 'symbolon_audit_waiting_events',
    type: 'gauge',
    labels: [],
    unit: 'count',
    help: 'Outcomes that the audit trail does not have yet. With durable audit their answers wait for it.',
  },
  {
    name: 'symbolon_audit_oldest_waiting_seconds',
    type: 'gauge',
    labels: [],
    unit: 'seconds',
    help: 'Time since the oldest of them was to be recorded; 0 where none waits.',
    acrossWorkers: 'max',
  },
  {
    name: 'symbolon_audit_writes_total',
    type: 'counter',
    labels: ['kind', 'outcome'],
    unit: 'count',
    help: 'Writes to the audit trail beside those that a configuration change carries in its own transaction. kind: exchange, explain, refusals. outcome: succeeded, failed, or overtaken: by a change of the configuration, after which the exchange is decided again.',
  },
  {
    name: 'symbolon_audit_unwritten_refusals',
    type: 'gauge',
    labels: [],
    unit: 'count',
    help: 'Requests that failed before proof and are counted, but not in the audit trail yet; summaries are written once a minute.',
  },
] as const satisfies readonly MetricDescription[];

export type MetricName = (typeof METRICS)[number]['name'];
