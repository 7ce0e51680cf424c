import type { ClusterSpec, TargetSpec } from '../mapping/objects.ts';
import { audiencesOf, identityDomainOf } from './cluster-defaults.ts';
import { isReservedAudience } from './reserved-audience.ts';
import type { Tombstone, TombstoneKey } from './tombstone.ts';

/** What a change of an object does to the tombstones. */
export interface TombstoneChanges {
  readonly left: readonly LeftTombstone[];
  /** Those of what is claimed again, where there are any. */
  readonly lifted: readonly TombstoneKey[];
}

export type LeftTombstone = Pick<Tombstone, 'key' | 'identitySystem' | 'identityDomain'>;

/** An object before and after a change; null where there is none. */
export interface SpecChange<Spec> {
  readonly before: Spec | null;
  readonly after: Spec | null;
}

export function tombstonesOfIdentitySystem(name: string, { after }: SpecChange<object>): TombstoneChanges {
  return { left: after === null ? [nameTombstone('IdentitySystem', name, null)] : [], lifted: [] };
}

/** `identitySystem` owns the target. */
export function tombstonesOfTarget(
  identitySystem: string,
  { before, after }: SpecChange<Pick<TargetSpec, 'audiences'>>,
): TombstoneChanges {
  return audienceChanges(identitySystem, { before: before?.audiences ?? [], after: after?.audiences ?? [] });
}

export interface ClusterTombstones extends SpecChange<Pick<ClusterSpec, 'audiences' | 'identityDomain'>> {
  readonly name: string;
  /** The audiences of the other clusters, defaults filled in: several clusters may share one. */
  readonly heldByOthers: ReadonlySet<string>;
  /** The broker's: what is reserved to it needs no tombstone. */
  readonly issuer: string;
}

export function tombstonesOfCluster(change: ClusterTombstones): TombstoneChanges {
  const { name, before, after, heldByOthers, issuer } = change;
  const held = (spec: Pick<ClusterSpec, 'audiences'> | null) =>
    spec === null
      ? []
      : audiencesOf(spec, issuer).filter((audience) => !isReservedAudience(audience, issuer));
  const { left, lifted } = audienceChanges(null, { before: held(before), after: held(after) });
  const given = left.filter(({ key }) => !heldByOthers.has(key.name));
  if (before === null || after !== null) return { left: given, lifted };
  return { left: [nameTombstone('Cluster', name, identityDomainOf(name, before)), ...given], lifted };
}

function audienceChanges(
  identitySystem: string | null,
  { before, after }: { readonly before: readonly string[]; readonly after: readonly string[] },
): TombstoneChanges {
  const keyOf = (name: string) => ({ kind: 'Audience', name }) as const;
  return {
    left: before
      .filter((audience) => !after.includes(audience))
      .map((audience) => ({ key: keyOf(audience), identitySystem, identityDomain: null })),
    lifted: after.filter((audience) => !before.includes(audience)).map(keyOf),
  };
}

function nameTombstone(
  kind: 'IdentitySystem' | 'Cluster',
  name: string,
  identityDomain: string | null,
): LeftTombstone {
  return { key: { kind, name }, identitySystem: null, identityDomain };
}

/** Whether an audience that was given up may be claimed again by a target of a system, or, for null, by a cluster. */
export function mayClaimAgain(tombstone: Tombstone, identitySystem: string | null): boolean {
  return tombstone.identitySystem === identitySystem;
}
