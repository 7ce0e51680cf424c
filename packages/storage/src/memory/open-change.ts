import {
  type AuditEvent,
  type ConfigurationTransaction,
  type Epoch,
  type Kind,
  type ObjectKey,
  type StoredObject,
  UnavailableError,
  type WrittenObject,
} from '@symbolon/core';
import { assertObjectKey, idOf } from '../object-key.ts';
import { assertStorable } from '../storable-text.ts';
import { listObjects, type MemoryObjects, objectAt, objectsOfKind, targetOfAudience } from './objects.ts';
import { listTombstones, type MemoryTombstones, tombstoneAt, tombstoneId } from './tombstones.ts';

/** The configuration as of one epoch. */
export interface MemoryState {
  readonly epoch: Epoch;
  readonly objects: MemoryObjects;
  readonly credentials: ReadonlyMap<string, string>;
  readonly tombstones: MemoryTombstones;
}

export interface MemoryChange {
  readonly transaction: ConfigurationTransaction;
  /** What is to be there from now on. Throws when a call of the transaction had failed. */
  commit(): {
    readonly state: MemoryState;
    readonly events: readonly AuditEvent[];
    /** Empty where nothing was written or deleted: the epoch stays then. */
    readonly touched: readonly ObjectKey[];
  };
  /** From here on the transaction is refused. */
  end(): void;
}

/** A change on a copy of `before`. */
export function openChange(before: MemoryState, nextEpoch: Epoch): MemoryChange {
  const objects = new Map(before.objects);
  const credentials = new Map(before.credentials);
  const tombstones = new Map(before.tombstones);
  const events: AuditEvent[] = [];
  const touched: ObjectKey[] = [];
  let isSpoilt = false;
  let isOpen = true;

  /** As in a database, a call that fails spoils the transaction, even for those who catch what it threw. */
  const call = async <T>(statement: () => T): Promise<T> => {
    if (!isOpen) throw new UnavailableError('internal_error', 'a change was used after its end');
    if (isSpoilt) throw inconsistent('a change went on after a call of it had failed');
    isSpoilt = true;
    const result = statement();
    isSpoilt = false;
    return result;
  };

  const transaction: ConfigurationTransaction = {
    nextEpoch,
    read: (key) => call(() => objectAt(objects, key)),
    list: (query) => call(() => listObjects(objects, query)),
    findTargetByAudience: (audience) => call(() => targetOfAudience(objects, audience)),
    async write(object) {
      assertObjectKey(object.key);
      assertStorable(object);
      return call(() => {
        const stored = storedObject(object, { nextEpoch, before: objectAt(objects, object.key) });
        assertConsistent(objects, stored);
        objects.set(idOf(object.key), stored);
        touched.push(stored.key);
        return stored;
      });
    },
    delete: (key) =>
      call(() => {
        assertOwnsNothing(objects, key);
        if (key.kind === 'Cluster') credentials.delete(key.name);
        if (objects.delete(idOf(key))) touched.push(copyOf(key));
      }),
    writeClusterCredential: (cluster, sealed) =>
      call(() => {
        const key: ObjectKey = { kind: 'Cluster', identitySystem: null, name: cluster };
        if (sealed === null) {
          if (credentials.delete(cluster)) touched.push(key);
          return;
        }
        if (objectAt(objects, key) === null) throw inconsistent('a credential without its cluster');
        credentials.set(cluster, sealed);
        touched.push(key);
      }),
    readTombstone: (key) => call(() => tombstoneAt(tombstones, key)),
    listTombstones: (query) => call(() => listTombstones(tombstones, query)),
    async writeTombstone(tombstone) {
      assertStorable(tombstone);
      return call(() => void tombstones.set(tombstoneId(tombstone.key), copyOf(tombstone)));
    },
    deleteTombstone: (key) => call(() => tombstones.delete(tombstoneId(key))),
    recordChange: (event) => call(() => void events.push(event)),
  };

  return {
    transaction,
    commit() {
      if (isSpoilt) throw inconsistent('a change went on after a call of it had failed');
      const epoch = touched.length > 0 ? nextEpoch : before.epoch;
      return { state: { epoch, objects, credentials, tombstones }, events, touched };
    },
    end() {
      isOpen = false;
    },
  };
}

function storedObject<K extends Kind>(
  { key, spec, labels, description, updatedBy, nowMs }: WrittenObject<K>,
  context: { readonly nextEpoch: Epoch; readonly before: StoredObject<K> | null },
): StoredObject<K> {
  const createdAtMs = context.before?.metadata.createdAtMs ?? nowMs;
  const metadata = { createdAtMs, updatedAtMs: nowMs, updatedBy, epoch: context.nextEpoch };
  return copyOf({ key, spec, labels, description, metadata });
}

/** As it comes back from a database. */
function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** What the foreign keys and the primary key of audiences say in a database. */
function assertConsistent(objects: MemoryObjects, object: StoredObject): void {
  const { kind, identitySystem } = object.key;
  if (identitySystem !== null) {
    const owner: ObjectKey = { kind: 'IdentitySystem', identitySystem: null, name: identitySystem };
    if (objectAt(objects, owner) === null) throw inconsistent(`a ${kind} without its identity system`);
  }
  if (!('audiences' in object.spec) || kind !== 'Target') return;
  for (const audience of object.spec.audiences ?? []) {
    const target = targetOfAudience(objects, audience);
    if (target !== null && idOf(target) !== idOf(object.key))
      throw inconsistent('an audience of two targets');
  }
}

function assertOwnsNothing(objects: MemoryObjects, key: ObjectKey): void {
  if (key.kind !== 'IdentitySystem') return;
  const owned = [...objectsOfKind(objects, 'Target'), ...objectsOfKind(objects, 'MappingRule')];
  if (owned.some((object) => object.key.identitySystem === key.name)) {
    throw inconsistent('an identity system is deleted before what it owns');
  }
}

function inconsistent(what: string): UnavailableError {
  return new UnavailableError('internal_error', what);
}
