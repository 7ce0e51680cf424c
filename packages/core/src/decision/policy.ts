import type { Epoch } from '../configuration/stored-object.ts';
import type { ClusterSpec } from '../mapping/objects.ts';

/** A cluster with every default filled in: what proofs are judged by. */
export interface Cluster extends Omit<ClusterSpec, 'identityDomain' | 'audiences'> {
  readonly name: string;
  readonly identityDomain: string;
  readonly audiences: readonly string[];
  /** Audiences that speak to the API server itself: a token that carries one is always refused. */
  readonly apiServerAudiences: readonly string[];
  /**
   * Changes whenever the cluster's configuration does ("<epoch>-<id>"): caches of keys and proofs are keyed by it.
   */
  readonly revision: string;
}

/** The clusters of a policy, as the exchange needs them. Disabled clusters are not in it. */
export interface ClusterDirectory {
  readonly epoch: Epoch;
  /** Those that accept tokens of this issuer string; more than one where clusters share it. Empty: unknown issuer. */
  clustersOfIssuer(issuer: string): readonly Cluster[];
}
