import type { MappingRuleSpec } from '../mapping/objects.ts';
import { identityDomainOf } from './cluster-defaults.ts';
import { hasOtherCluster } from './judge-cluster.ts';
import type { Objection, ObjectsInTheWay } from './objection.ts';
import type { StoredObject } from './stored-object.ts';

/** An identity system that still owns something is not deleted: its objects would be without an owner. */
export function judgeIdentitySystemDeletion(owned: readonly ObjectsInTheWay[]): Objection[] {
  return objectTo('owned_objects_exist', owned);
}

/**
 * What others name is not deleted: they would silently match nothing, and whoever takes the name later would inherit
 * what was written about somebody else. Only exact names count; a pattern names nobody.
 */
export function judgeReferences(references: readonly ObjectsInTheWay[]): Objection[] {
  return objectTo('references_exist', references);
}

export function namesTarget(rule: Pick<MappingRuleSpec, 'targets'>, target: string): boolean {
  return rule.targets?.includes(target) ?? false;
}

export function namesCluster(rule: Pick<MappingRuleSpec, 'match'>, cluster: string): boolean {
  return rule.match.clusters.includes(cluster);
}

/** The identity domain that would have no cluster any more without this one; null where another is in it. */
export function domainLeftEmpty(
  { key, spec }: StoredObject<'Cluster'>,
  clusters: readonly StoredObject<'Cluster'>[],
): string | null {
  const domain = identityDomainOf(key.name, spec);
  return hasOtherCluster({ domain, but: key.name }, clusters) ? null : domain;
}

function objectTo(
  code: 'owned_objects_exist' | 'references_exist',
  found: readonly ObjectsInTheWay[],
): Objection[] {
  const objects = found.filter(({ count }) => count > 0);
  return objects.length === 0 ? [] : [{ code, path: [], objects }];
}
