import type { JsonValue } from '../mapping/objects.ts';

/*
 * What gateways tell each other's admin API of the clusters whose keys they hold. None of it is configuration: no epoch
 * moves, and a replica writes its own rows and nobody else's.
 */

/** What one gateway knows of one cluster's keys. Public facts alone: no key, and nothing that the cluster answered. */
export interface ClusterStatus {
  readonly cluster: string;
  /** The replica whose word it is; unique while it runs. */
  readonly replica: string;
  /** Unix milliseconds. */
  readonly writtenAtMs: number;
  /** Unix milliseconds of the last reading that succeeded; null: none has. */
  readonly readAtMs: number | null;
  /** The key ids that verify tokens now. */
  readonly keyIds: readonly string[];
  /** How many published keys are not used: weak, private, symmetric or not told apart. */
  readonly dropped: number;
  /** Why the last reading failed, in the broker's own words; null where it succeeded. */
  readonly failure: string | null;
  /** Unix milliseconds after which the held keys are not used any more; null: never, or there are none. */
  readonly unusableAtMs: number | null;
}

export interface ClusterStatusStore {
  /** Puts the rows in place of all that the replica wrote before; rows of replicas that stopped an hour ago go. */
  writeClusterStatus(replica: string, statuses: readonly ClusterStatus[], nowMs: number): Promise<void>;
  /** Those of every replica, in byte order of its name. Throws `UnavailableError`. */
  readClusterStatus(cluster: string): Promise<readonly ClusterStatus[]>;
}

/** The public keys of a cluster as a gateway last read them, for processes that hold no credential of the cluster. */
export interface KeySnapshot {
  readonly cluster: string;
  /** That of the cluster's configuration under which they were read. */
  readonly revision: string;
  /** Unix milliseconds of the request that brought them. */
  readonly readAtMs: number;
  /** Each with the issuer whose keys they are where every issuer publishes its own, else null. */
  readonly published: readonly { readonly issuer: string | null; readonly keys: readonly JsonValue[] }[];
}

export interface KeySnapshotStore {
  /** Replaces that of the cluster unless the stored one was read later. Throws `UnavailableError`. */
  writeKeySnapshot(snapshot: KeySnapshot): Promise<void>;
  /** Throws `UnavailableError`. */
  readKeySnapshot(cluster: string): Promise<KeySnapshot | null>;
}
