import type { ConfigurationSnapshot, ObjectKey, StoredObject } from '../configuration/stored-object.ts';
import type { SigningAlgorithm } from '../mapping/objects.ts';
import { compileClusters } from './compile-clusters.ts';
import { compileIdentitySystems } from './compile-identity-systems.ts';
import { type CompiledTarget, compileTargets } from './compile-targets.ts';
import type { Cluster } from './policy.ts';

/**
 * The part of a policy whose objects depend on one another: clusters, identity systems and targets. They are few
 * beside rules and revocations, so that whenever one of them changes all are compiled anew.
 */
export interface PolicyFrame {
  readonly objects: FrameObjects;
  readonly clusters: ReturnType<typeof compileClusters>;
  readonly identitySystems: ReturnType<typeof compileIdentitySystems>;
  readonly targets: ReturnType<typeof compileTargets>;
  readonly enabledClusters: readonly Cluster[];
  /** Those that can be asked for by some audience. */
  readonly reachableTargets: readonly CompiledTarget[];
  readonly signingAlgorithms: readonly SigningAlgorithm[];
}

/** As they are stored, each by its `frameKey`. */
export interface FrameObjects {
  readonly clusters: ReadonlyMap<string, StoredObject<'Cluster'>>;
  readonly identitySystems: ReadonlyMap<string, StoredObject<'IdentitySystem'>>;
  readonly targets: ReadonlyMap<string, StoredObject<'Target'>>;
}

/** Unambiguous, whatever is in the names. */
export function frameKey({ identitySystem, name }: ObjectKey): string {
  return JSON.stringify([identitySystem, name]);
}

export function frameObjectsOf(snapshot: ConfigurationSnapshot): FrameObjects {
  const byKey = <T extends StoredObject>(objects: readonly T[]): ReadonlyMap<string, T> =>
    new Map(objects.map((object) => [frameKey(object.key), object]));
  return {
    clusters: byKey(snapshot.clusters),
    identitySystems: byKey(snapshot.identitySystems),
    targets: byKey(snapshot.targets),
  };
}

/** `issuer` is the broker's own. */
export function compileFrame(objects: FrameObjects, issuer: string): PolicyFrame {
  const stored = [...objects.targets.values()];
  const clusters = compileClusters(objects.clusters.values(), issuer);
  const identitySystems = compileIdentitySystems(objects.identitySystems.values());
  const targets = compileTargets(stored, {
    systems: identitySystems.byName,
    clusters: objects.clusters.values(),
    issuer,
  });
  return {
    objects,
    clusters,
    identitySystems,
    targets,
    enabledClusters: [...clusters.byName.values()],
    reachableTargets: [...new Set(targets.byAudience.values())],
    signingAlgorithms: [...new Set(stored.map(({ spec }) => spec.signingAlgorithm))],
  };
}
