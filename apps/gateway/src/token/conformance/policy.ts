import type {
  ClusterSpec,
  ConfigurationSnapshot,
  Kind,
  MappingRuleSpec,
  PublicJwk,
  StoredObject,
  TargetSpec,
} from '@symbolon/core';
import type { TokenIssuer } from '@symbolon/testkit';
import { dark, edge, nowMs, prod, twins } from './clusters.ts';

function stored<K extends Kind>(kind: K, name: string, spec: StoredObject<K>['spec']): StoredObject<K> {
  const epoch = { number: 1, id: 'epoch-1' };
  const identitySystem = kind === 'Target' || kind === 'MappingRule' ? 'myidsystem' : null;
  return {
    key: { kind, identitySystem, name },
    spec,
    labels: {},
    description: '',
    metadata: { createdAtMs: nowMs, updatedAtMs: nowMs, updatedBy: 'test', epoch },
  };
}

function cluster(name: string, from: TokenIssuer, jwks?: ClusterSpec['validation']['jwks']) {
  return stored('Cluster', name, {
    displayName: name,
    issuers: [from.issuer],
    allowSharedAudience: false,
    validation: {
      mode: 'offline',
      jwks: jwks ?? { source: 'inline', keys: from.jwks().keys as unknown as PublicJwk[] },
    },
    allowedAlgorithms: ['RS256', 'ES256'],
    reviewCacheSeconds: 10,
    watchStaleSeconds: 75,
    lockOutOn: 'deletion',
    maxTokenLifetimeSeconds: 86_400,
    clockSkewSeconds: 30,
    enabled: true,
  });
}

function target(name: string, spec: Partial<TargetSpec> = {}) {
  return stored('Target', name, {
    audiences: [`${name}.company.com`],
    tokenTypes: ['access_token', 'jwt'],
    signingAlgorithm: 'ES256',
    defaultTtlSeconds: 600,
    minTtlSeconds: 60,
    maxTtlSeconds: 3_600,
    mayOutliveSource: false,
    maxSubjectBytes: 255,
    scopes: ['read', 'list', 'admin'],
    claims: { include: [] },
    enabled: true,
    ...spec,
  });
}

function rule(name: string, serviceAccount: string, spec: Partial<MappingRuleSpec> = {}) {
  return stored('MappingRule', name, {
    effect: 'allow',
    enforcement: 'enforce',
    priority: 0,
    match: { clusters: ['*'], namespaces: ['demo'], serviceAccounts: [serviceAccount] },
    allowDefaultServiceAccount: false,
    targets: ['*'],
    scopes: ['read', 'list'],
    claims: {},
    enabled: true,
    ...spec,
  });
}

/** One rule that allows `demo/api`, one that denies `demo/denied`, and a target for every way to be refused. */
export const snapshot: ConfigurationSnapshot = {
  epoch: { number: 1, id: 'epoch-1' },
  clusters: [
    cluster('prod', prod),
    cluster('edge', edge),
    cluster('twin-a', twins),
    cluster('twin-b', twins),
    cluster('dark', dark, { source: 'apiServer' }),
  ],
  identitySystems: [
    stored('IdentitySystem', 'myidsystem', {
      displayName: 'My identity system',
      subject: '{namespace}.{serviceAccount}',
      identityDomain: 'prod',
      audiencePatterns: ['*'],
    }),
  ],
  targets: [
    target('myvaultinstance'),
    target('ci'),
    target('closed', { enabled: false }),
    target('short', { maxSubjectBytes: 12 }),
    target('lasting', { minTtlSeconds: 900 }),
  ],
  rules: [rule('api', 'api'), rule('denied', 'denied', { effect: 'deny' })],
  revocations: [
    stored('Revocation', 'stolen', {
      workload: { cluster: 'prod', namespace: 'demo', serviceAccount: 'revoked' },
      reason: 'stolen',
    }),
  ],
};
