import type {
  AccessEvent,
  AuditQuery,
  ChangeEvent,
  ExchangeEvent,
  ExplainEvent,
  Kind,
  ObjectKey,
  RefusalSummaryEvent,
  SpecByKind,
  Tombstone,
  TombstoneKey,
  WrittenObject,
} from '@symbolon/core';

/** Specs with every kind of member that an object may have; what they mean is no matter to a store. */
const SPECS: SpecByKind = {
  Cluster: {
    displayName: 'Produktion „Süd“',
    issuers: ['https://kubernetes.default.svc.cluster.local'],
    allowSharedAudience: false,
    validation: {
      mode: 'offline',
      jwks: { source: 'inline', keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AA' }] },
    },
    allowedAlgorithms: ['RS256'],
    reviewCacheSeconds: 10,
    watchStaleSeconds: 75,
    lockOutOn: 'deletion',
    maxTokenLifetimeSeconds: 86_400,
    clockSkewSeconds: 30,
    enabled: true,
  },
  IdentitySystem: {
    displayName: '',
    subject: '{namespace}.{serviceAccount}',
    identityDomain: 'production',
    audiencePatterns: ['*'],
  },
  Target: {
    audiences: ['https://vault.example'],
    tokenTypes: ['access_token', 'jwt'],
    signingAlgorithm: 'ES256',
    defaultTtlSeconds: 600,
    minTtlSeconds: 60,
    maxTtlSeconds: 3_600,
    mayOutliveSource: false,
    maxSubjectBytes: 255,
    scopes: ['read', 'write'],
    claims: { include: ['pod'] },
    enabled: true,
  },
  MappingRule: {
    effect: 'allow',
    enforcement: 'enforce',
    priority: -5,
    match: { clusters: ['*'], namespaces: ['team-*'], serviceAccounts: ['api'] },
    allowDefaultServiceAccount: false,
    targets: ['*'],
    claims: { nested: { list: [1, 0.5, true, null, '"'], empty: {} } },
    enabled: true,
  },
  Revocation: { subject: 'myidsystem.demo.api', reason: 'stolen' },
};

export const keyOf = <K extends Kind>(
  kind: K,
  name: string,
  identitySystem: string | null = null,
): ObjectKey<K> => ({
  kind,
  identitySystem,
  name,
});

/** An object to write, as the admin API would. */
export function sample<K extends Kind>(
  key: ObjectKey<K>,
  given: Partial<Omit<WrittenObject<K>, 'key' | 'spec'>> & { readonly spec?: Partial<SpecByKind[K]> } = {},
): WrittenObject<K> {
  return {
    labels: {},
    description: '',
    updatedBy: 'bootstrap',
    nowMs: 1_795_400_000_123,
    ...given,
    key,
    spec: { ...SPECS[key.kind], ...given.spec },
  };
}

/** A target; its audience is its own unless others are given. */
export const sampleTarget = (identitySystem: string, name: string, audiences?: readonly string[]) =>
  sample(keyOf('Target', name, identitySystem), {
    spec: { audiences: audiences ?? [`https://${name}.${identitySystem}.example`] },
  });

export const sampleRule = (identitySystem: string, name: string) =>
  sample(keyOf('MappingRule', name, identitySystem));

export const sampleSystem = (name: string) => sample(keyOf('IdentitySystem', name));
export const sampleCluster = (name: string) => sample(keyOf('Cluster', name));

export function sampleExchange(requestId: string, given: Partial<ExchangeEvent> = {}): ExchangeEvent {
  return {
    kind: 'exchange',
    atMs: 1_795_400_000_456,
    requestId,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    outcome: 'issued',
    reason: null,
    epoch: { number: 3, id: 'e-3' },
    workload: {
      cluster: 'production',
      namespace: 'demo',
      serviceAccount: 'api.v1',
      serviceAccountUid: 'uid-1',
      pod: 'api-0',
      podUid: 'uid-2',
      node: null,
      nodeUid: null,
      sourceJti: 'source-jti',
    },
    requested: {
      audiences: ['https://vault.example'],
      unknownAudiences: 0,
      scopes: [],
      unknownScopes: 0,
      tokenType: null,
    },
    clientId: null,
    identitySystem: 'myidsystem',
    target: 'vault',
    rule: 'team-api',
    credential: {
      subject: 'myidsystem.demo.api.v1',
      audience: ['https://vault.example'],
      scopes: ['read'],
      tokenType: 'access_token',
      jti: 'credential-jti',
      sha256: 'a'.repeat(64),
      issuedAtSeconds: 1_795_400_000,
      expiresAtSeconds: 1_795_400_600,
    },
    ...given,
  };
}

export const sampleChange = (requestId: string): ChangeEvent => ({
  kind: 'change',
  atMs: 1_795_400_000_789,
  requestId,
  traceId: null,
  principal: 'bootstrap',
  operation: 'create',
  object: keyOf('IdentitySystem', 'myidsystem'),
  epoch: { number: 1, id: 'e-1' },
  before: null,
  after: { displayName: 'a "quoted" name', labels: { team: "o'brien" } },
});

export const sampleRefusals = (count: number): RefusalSummaryEvent => ({
  kind: 'refusals',
  atMs: 1_795_400_060_000,
  sinceMs: 1_795_400_000_000,
  reason: 'token_expired',
  cluster: null,
  count,
});

export const sampleAccess = (given: Partial<AccessEvent> = {}): AccessEvent => ({
  kind: 'access',
  atMs: 1_795_400_001_000,
  operation: 'reset_token',
  principal: 'postgres',
  expiresAtMs: 1_795_403_601_000,
  ...given,
});

export function sampleExplanation(requestId: string, given: Partial<ExplainEvent> = {}): ExplainEvent {
  const { workload, requested } = sampleExchange(requestId);
  return {
    kind: 'explain',
    atMs: 1_795_400_000_999,
    requestId,
    traceId: null,
    principal: 'user:dex:7',
    epoch: { number: 3, id: 'e-3' },
    asked: 'workload',
    decision: 'refuse',
    reason: 'rule_not_matched',
    workload: { ...workload, serviceAccountUid: null, sourceJti: null },
    requested,
    identitySystem: 'myidsystem',
    target: 'vault',
    rule: null,
    draftRules: 2,
    ...given,
  };
}

export const sampleTombstone = (
  kind: TombstoneKey['kind'],
  name: string,
  given: Partial<Tombstone> = {},
): Tombstone => ({
  key: { kind, name },
  identitySystem: null,
  identityDomain: null,
  deletedAtMs: 1_795_400_000_321,
  deletedBy: 'bootstrap',
  epoch: { number: 7, id: 'e-7' },
  ...given,
});

/** The whole trail in the order in which it was written, but for what is given. */
export const auditQuery = (given: Partial<AuditQuery> = {}): AuditQuery => ({
  filter: {},
  order: 'oldest',
  afterId: null,
  limit: 10_000,
  ...given,
});
