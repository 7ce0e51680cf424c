import { CLUSTER, TARGET } from '../decision/policy-fixtures.test-support.ts';
import type { ClusterSpec, IdentitySystemSpec, TargetSpec } from '../mapping/objects.ts';
import type { Principal } from './principal.ts';
import type { Kind, SpecByKind, StoredObject } from './stored-object.ts';

export const OWNER: Principal = { id: 'owner', isGlobalOwner: true };
export const TEAM: Principal = { id: 'team', isGlobalOwner: false };

export function clusterSpec(more: Partial<ClusterSpec> = {}): ClusterSpec {
  return { ...CLUSTER, ...more };
}

export function systemSpec(more: Partial<IdentitySystemSpec> = {}): IdentitySystemSpec {
  return { displayName: '', subject: '{namespace}.{serviceAccount}', audiencePatterns: ['*'], ...more };
}

export function targetSpec(more: Partial<TargetSpec> = {}): TargetSpec {
  return { ...TARGET, audiences: ['vault'], ...more };
}

/** Targets belong to the identity system `a`. */
export function stored<K extends Kind>(kind: K, name: string, spec: SpecByKind[K]): StoredObject<K> {
  const key = { kind, identitySystem: kind === 'Target' ? 'a' : null, name };
  const epoch = { number: 1, id: 'epoch-1' };
  const metadata = { createdAtMs: 0, updatedAtMs: 0, updatedBy: 'owner', epoch };
  return { key, spec, labels: {}, description: '', metadata };
}
