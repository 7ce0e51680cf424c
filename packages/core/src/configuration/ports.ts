import type { ChangeEvent } from '../audit/events.ts';
import type { JsonValue } from '../mapping/objects.ts';
import type {
  ConfigurationSnapshot,
  Epoch,
  Kind,
  ObjectKey,
  SpecByKind,
  StoredObject,
} from './stored-object.ts';
import type { Tombstone, TombstoneKey, TombstoneKind } from './tombstone.ts';

/** Reads of the configuration outside a change. Every method throws `UnavailableError` when the store cannot answer. */
export interface ReadConfiguration {
  read<K extends Kind>(key: ObjectKey<K>): Promise<StoredObject<K> | null>;
  /** In byte order of `name`, those after `after`, at most `limit`. */
  list<K extends Kind>(query: ListQuery<K>): Promise<readonly StoredObject<K>[]>;
}

export interface ListQuery<K extends Kind = Kind> {
  readonly kind: K;
  readonly identitySystem: string | null;
  readonly after: string | null;
  readonly limit: number;
  /** Only objects that carry every one of these labels; left out: all. */
  readonly labels?: { readonly [name: string]: string };
}

export interface ReadTombstones {
  readTombstone(key: TombstoneKey): Promise<Tombstone | null>;
  /** In byte order of kind and name, those after `after`, at most `limit`; of one kind where it is given. */
  listTombstones(query: TombstoneQuery): Promise<readonly Tombstone[]>;
}

export interface TombstoneQuery {
  readonly kind: TombstoneKind | null;
  readonly after: TombstoneKey | null;
  readonly limit: number;
}

export interface ReadSnapshot {
  /** Everything, as of one epoch. Throws `UnavailableError`. */
  readSnapshot(): Promise<ConfigurationSnapshot>;
}

/** How a process that holds a policy learns that the configuration moved on. */
export interface FollowConfiguration {
  /** The epoch of the last committed change. Throws `UnavailableError`. */
  readEpoch(): Promise<Epoch>;
  /**
   * What changed after `since`, as it is now; null where `since` is not among what is remembered (it is older than a
   * day, or of a history that a failover cut off): then only a snapshot tells. Throws `UnavailableError`.
   */
  readChanges(since: Epoch): Promise<ConfigurationChanges | null>;
  /**
   * Calls `heard` with the epoch of every change soon after it is committed, while the connection on which the store
   * tells it holds. It may break without a word, and a change may then go unheard: whoever must know asks as well.
   */
  listenForEpochs(heard: (epoch: Epoch) => void): { stop(): Promise<void> };
}

/** Everything that differs between two epochs, as of one moment. Nothing is in both lists. */
export interface ConfigurationChanges {
  readonly epoch: Epoch;
  readonly written: readonly StoredObject[];
  readonly deleted: readonly ObjectKey[];
}

export interface ChangeConfiguration {
  /**
   * Runs `work` in one transaction that holds the epoch row from its first statement, so that commit order is epoch
   * order. The epoch rises by one when `work` wrote anything, and not otherwise. Whatever `work` throws rolls all
   * of it back. Throws `UnavailableError` when the store cannot answer.
   */
  change<T>(work: (transaction: ConfigurationTransaction) => Promise<T>): Promise<T>;
}

export interface ConfigurationTransaction extends ReadConfiguration, ReadTombstones {
  /** The epoch that this change will have once it writes something. */
  readonly nextEpoch: Epoch;
  /** The target that claims an audience, if any. */
  findTargetByAudience(audience: string): Promise<ObjectKey<'Target'> | null>;
  write<K extends Kind>(object: WrittenObject<K>): Promise<StoredObject<K>>;
  /** A cluster's credential goes with it. */
  delete(key: ObjectKey): Promise<void>;
  /** The sealed credential of a cluster; null removes it. */
  writeClusterCredential(cluster: string, sealed: string | null): Promise<void>;
  /** A new one takes the place of one with its key. Neither this nor the next moves the epoch by itself. */
  writeTombstone(tombstone: Tombstone): Promise<void>;
  /** Whether there was one. */
  deleteTombstone(key: TombstoneKey): Promise<boolean>;
  /** The change's own audit event, committed with it or not at all. */
  recordChange(event: ChangeEvent): Promise<void>;
}

export interface WrittenObject<K extends Kind = Kind> {
  readonly key: ObjectKey<K>;
  readonly spec: SpecByKind[K];
  readonly labels: { readonly [name: string]: string };
  readonly description: string;
  readonly updatedBy: string;
  readonly nowMs: number;
}

export interface ReadClusterCredential {
  /** The sealed credential as it was written, or null. Throws `UnavailableError`. */
  readClusterCredential(cluster: string): Promise<string | null>;
}

/** Answers to POST requests that named an `Idempotency-Key`, kept for a day. */
export interface IdempotencyStore {
  /**
   * Takes a key of a principal for a request, known by a digest of its method, path and body. `running`: the same
   * request was begun and has no answer yet. `different`: the key was used for another request.
   * Throws `UnavailableError('storage_unavailable')`.
   */
  beginRequest(request: IdempotentRequest, nowMs: number): Promise<IdempotencyState>;
  /**
   * Keeps the answer; null gives the key back, for a request that may be tried again. `begunAtMs` is when the request
   * took its key: one that took so long that the key was given to another says nothing any more.
   */
  endRequest(request: IdempotentRequest, answer: KeptAnswer | null, begunAtMs: number): Promise<void>;
}

export interface IdempotentRequest {
  readonly principal: string;
  /** 1 to 255 characters. */
  readonly key: string;
  /** SHA-256, lower-case hex. */
  readonly digest: string;
}

export interface KeptAnswer {
  readonly status: number;
  readonly body: JsonValue;
}

export type IdempotencyState =
  | { readonly kind: 'begun' | 'running' | 'different' }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer };
