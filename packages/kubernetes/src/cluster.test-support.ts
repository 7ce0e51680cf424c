import type { Cluster } from '@symbolon/core';

/** A cluster for tests, with what matters to one of them changed. */
export function clusterFixture(changes: Partial<Cluster> = {}): Cluster {
  return {
    name: 'prod-eu',
    displayName: '',
    identityDomain: 'prod-eu',
    issuers: ['https://kubernetes.default.svc.cluster.local'],
    audiences: ['https://broker.test'],
    apiServerAudiences: ['https://kubernetes.default.svc'],
    allowSharedAudience: false,
    validation: { mode: 'offline', jwks: { source: 'apiServer' } },
    allowedAlgorithms: ['RS256', 'ES256'],
    reviewCacheSeconds: 10,
    watchStaleSeconds: 75,
    lockOutOn: 'deletion',
    maxTokenLifetimeSeconds: 86_400,
    clockSkewSeconds: 30,
    enabled: true,
    revision: '1-a',
    ...changes,
  };
}
