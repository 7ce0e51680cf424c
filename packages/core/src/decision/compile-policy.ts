import type { ConfigurationSnapshot } from '../configuration/stored-object.ts';
import { createRevocationIndex, type RevocationIndex } from '../revocation/revocation-index.ts';
import { compileClusters } from './compile-clusters.ts';
import { compileIdentitySystems } from './compile-identity-systems.ts';
import { type CompiledTarget, compileTargets } from './compile-targets.ts';
import type { Cluster, ClusterDirectory } from './policy.ts';
import type { PolicyFault } from './policy-fault.ts';

/** The immutable, compiled snapshot at one epoch. */
export interface Policy extends ClusterDirectory {
  /** Only enabled clusters: a workload of any other belongs to no identity domain. */
  clusterNamed(name: string): Cluster | undefined;
  /** All that are enabled. */
  readonly clusters: readonly Cluster[];
  targetOfAudience(audience: string): CompiledTarget | undefined;
  /** All that can be asked for by some audience. */
  readonly targets: readonly CompiledTarget[];
  readonly revocations: RevocationIndex;
  /** The objects that are not in force as they are stored, for the operator's log. Empty when all is well. */
  readonly faults: readonly PolicyFault[];
}

/**
 * Fills in what depends on something else and builds the indexes by which decisions read. An object that has the form
 * of its kind and makes no sense, alone or beside the others, never makes it throw: it is left out (a deny or a
 * revocation is widened) and named in `faults`, so that one tenant's damage is never an outage for all.
 * `issuer` is the broker's own: the default audience of clusters.
 */
export function compilePolicy(snapshot: ConfigurationSnapshot, options: { readonly issuer: string }): Policy {
  const clusters = compileClusters(snapshot.clusters, options.issuer);
  const identitySystems = compileIdentitySystems(snapshot.identitySystems, snapshot.rules);
  const targets = compileTargets(snapshot.targets, {
    systems: identitySystems.byName,
    clusters: snapshot.clusters,
    issuer: options.issuer,
  });

  return {
    epoch: snapshot.epoch,
    clustersOfIssuer: (issuer) => clusters.byIssuer.get(issuer) ?? [],
    clusterNamed: (name) => clusters.byName.get(name),
    clusters: [...clusters.byName.values()],
    targetOfAudience: (audience) => targets.byAudience.get(audience),
    targets: [...new Set(targets.byAudience.values())],
    revocations: createRevocationIndex(
      snapshot.revocations.map(({ key, spec }) => ({ name: key.name, spec })),
    ),
    faults: [...identitySystems.faults, ...targets.faults],
  };
}
