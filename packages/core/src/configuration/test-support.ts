import type { ClusterSpec, IdentitySystemSpec, TargetSpec } from '../mapping/objects.ts';
import type { Principal } from './principal.ts';
import type { Kind, SpecByKind, StoredObject } from './stored-object.ts';

export const BROKER_ISSUER = 'https://broker.company.com';
export const OWNER: Principal = { id: 'owner', isGlobalOwner: true };
export const TEAM: Principal = { id: 'team', isGlobalOwner: false };

export function clusterSpec(more: Partial<ClusterSpec> = {}): ClusterSpec {
  return {
    displayName: '',
    issuers: ['https://kubernetes.default.svc'],
    allowSharedAudience: false,
    validation: { mode: 'offline', jwks: { source: 'apiServer' } },
    allowedAlgorithms: ['RS256'],
    reviewCacheSeconds: 10,
    watchStaleSeconds: 75,
    lockOutOn: 'deletion',
    maxTokenLifetimeSeconds: 86_400,
    clockSkewSeconds: 30,
    enabled: true,
    ...more,
  };
}

export function systemSpec(more: Partial<IdentitySystemSpec> = {}): IdentitySystemSpec {
  return { displayName: '', subject: '{namespace}.{serviceAccount}', audiencePatterns: ['*'], ...more };
}

export function targetSpec(more: Partial<TargetSpec> = {}): TargetSpec {
  return {
    audiences: ['vault'],
    tokenTypes: ['access_token'],
    signingAlgorithm: 'ES256',
    defaultTtlSeconds: 600,
    minTtlSeconds: 60,
    maxTtlSeconds: 3600,
    mayOutliveSource: false,
    maxSubjectBytes: 255,
    scopes: [],
    claims: { include: [] },
    enabled: true,
    ...more,
  };
}

/** Targets belong to the identity system `a`. */
export function stored<K extends Kind>(kind: K, name: string, spec: SpecByKind[K]): StoredObject<K> {
  const key = { kind, identitySystem: kind === 'Target' ? 'a' : null, name };
  const epoch = { number: 1, id: 'epoch-1' };
  const metadata = { createdAtMs: 0, updatedAtMs: 0, updatedBy: 'owner', epoch };
  return { key, spec, labels: {}, description: '', metadata };
}
