import type { Cluster, JsonValue, UnavailableError } from '@symbolon/core';
import type { KeySet } from './key-set.ts';

/** A member of a JWK Set (RFC 7517 §5) as it was published: nothing of it is judged. */
export interface Jwk {
  readonly [member: string]: JsonValue | undefined;
}

export interface FetchedJwks {
  readonly keys: readonly Jwk[];
  /** What the publisher's Cache-Control says; left out where it says nothing. */
  readonly maxAgeSeconds?: number;
}

export interface FetchJwks {
  /** One attempt at the source that the cluster names. Throws `UnavailableError('cluster_keys_unavailable')`. */
  fetchJwks(cluster: Cluster): Promise<FetchedJwks>;
}

/** The keys of clusters, each under its cluster and that cluster's revision. Neither method throws. */
export interface ClusterKeys {
  /** What may be used without asking the cluster, at once. Has it read in the background when it is due. */
  knownKeys(cluster: Cluster): KnownKeys;
  /**
   * Asks the cluster for keys that are not among the `seen`, unless it was asked a moment ago. `unavailable` says that
   * it could not be asked, or was not although the token says it was issued since: then `keys` are what was known
   * before, and what is not among them may exist all the same. `issuedAtSeconds` is the token's own unproven word, null
   * where it gives none. Whether the cluster is asked does not depend on it.
   */
  refetchKeys(cluster: Cluster, seen: KeySet | null, issuedAtSeconds: number | null): Promise<RefetchedKeys>;
}

export interface KnownKeys {
  readonly keys: KeySet | null;
  /** The cluster could not be asked the last time. */
  readonly isFailing: boolean;
}

export interface RefetchedKeys {
  readonly keys: KeySet | null;
  readonly unavailable: UnavailableError | null;
}

/** What an operator should see of reading keys. Holds no key and nothing that a cluster answered. */
export type KeysReport =
  | { readonly kind: 'read'; readonly cluster: string; readonly usable: number; readonly dropped: number }
  | { readonly kind: 'unavailable'; readonly cluster: string; readonly message: string };

export interface ReportKeys {
  reportKeys(report: KeysReport): void;
}
