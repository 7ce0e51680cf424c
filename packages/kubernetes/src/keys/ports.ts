import type { Cluster, JsonValue, KeySnapshot, UnavailableError } from '@symbolon/core';
import type { Representation } from '../http/get-representation.ts';
import type { KeySet } from './key-set.ts';

/** A member of a JWK Set (RFC 7517 §5) as it was published: nothing of it is judged. */
export interface Jwk {
  readonly [member: string]: JsonValue | undefined;
}

/** A JWK Set, with what the next attempt may ask about: whether it was modified. */
export interface PublishedJwks {
  /** Whose keys they are where every issuer publishes its own (source discovery), else null. */
  readonly issuer: string | null;
  /** The `jwks_uri` that the issuer's discovery document named. */
  readonly discovery: Representation<string> | null;
  readonly keys: Representation<readonly Jwk[]>;
}

export interface FetchedJwks {
  /** At most one of each issuer. */
  readonly published: readonly PublishedJwks[];
  /** Unix milliseconds, where somebody else asked the cluster for them; left out: they were asked for now. */
  readonly readAtMs?: number;
  /** `cluster_keys_unavailable`: why some of the cluster's issuers are not among them. Null: all are. */
  readonly failure: UnavailableError | null;
}

export interface FetchJwks {
  /**
   * One attempt at the source that the cluster names. `held` is what earlier attempts read of the same revision. Throws
   * `UnavailableError('cluster_keys_unavailable')` where nothing could be read.
   */
  fetchJwks(cluster: Cluster, held: readonly PublishedJwks[]): Promise<FetchedJwks>;
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

export interface RefreshDueKeys {
  /**
   * Reads the keys of those clusters for which it is time, so that no exchange has to wait for them, and forgets every
   * cluster and revision that is not given. `clusters` are all that the policy in force accepts tokens of. Resolves when
   * all have answered or failed. A call during another forgets, and reads nothing.
   */
  refreshDue(clusters: readonly Cluster[]): Promise<void>;
}

export interface ReadHeldKeys {
  /** What is held now, without asking anybody; null where the cluster's present revision was not asked yet. */
  readHeldKeys(cluster: Cluster): HeldKeys | null;
}

export interface SnapshotKeys {
  /**
   * What is held now, for processes that hold no credential of the cluster: they are left with the very keys that
   * verify here. Null where nothing is held, and where the keys are part of the configuration.
   */
  snapshotKeys(cluster: Cluster): KeySnapshot | null;
}

/** Public facts alone: no key, and nothing that a cluster answered. Times are Unix milliseconds. */
export interface HeldKeys {
  /** When the held keys were asked for, of several issuers the one that was read first; null: none are held. */
  readonly readAtMs: number | null;
  /** The key ids that verify tokens now. */
  readonly keyIds: readonly string[];
  /** How many published keys are not used: weak, private, symmetric or not told apart. */
  readonly dropped: number;
  /** Why the last attempt, or a part of it, failed; null: it did not. */
  readonly failure: string | null;
  /** From when on the held keys are not used any more; null: never, or none are held. */
  readonly unusableAtMs: number | null;
}

/** What an operator should see of reading keys: changes. Holds no key and nothing that a cluster answered. */
export type KeysReport =
  | { readonly kind: 'read'; readonly cluster: string; readonly usable: number; readonly dropped: number }
  | { readonly kind: 'unavailable'; readonly cluster: string; readonly message: string };

export interface ReportKeys {
  reportKeys(report: KeysReport): void;
}
