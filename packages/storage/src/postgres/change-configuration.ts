import {
  type ChangeConfiguration,
  type ConfigurationTransaction,
  type Epoch,
  type ObjectKey,
  UnavailableError,
} from '@symbolon/core';
import { eq } from 'drizzle-orm';
import { assertObjectKey } from '../object-key.ts';
import { createOneAtATime } from '../one-at-a-time.ts';
import { assertStorable } from '../storable-text.ts';
import { insertAuditEvents } from './audit-events.ts';
import type { Database, Statements } from './database.ts';
import { lockEpoch, moveEpoch, type Touched } from './epoch.ts';
import { deleteObject, listObjects, readObject, writeObject } from './object-tables.ts';
import { clusterCredentials } from './schema.ts';
import { storageCall } from './storage-call.ts';
import { claimAudiences, findTargetByAudience } from './target-audiences.ts';
import { deleteTombstone, listTombstones, readTombstone, writeTombstone } from './tombstones.ts';

/** `changed` is told of each new epoch once it is committed. */
export function createChangeConfiguration(
  database: Database,
  changed: (epoch: Epoch) => void = () => {},
): ChangeConfiguration {
  return {
    async change(work) {
      const { result, moved } = await database.transaction('begin', async (statements) => {
        const nextEpoch = await storageCall(() => lockEpoch(statements));
        const change = openChange(statements, nextEpoch);
        const result = await runToItsEnd(change, work);
        if (change.touched.length === 0) return { result, moved: null };
        await storageCall(() => moveEpoch(statements, nextEpoch, change.touched));
        return { result, moved: nextEpoch };
      });
      if (moved !== null) changed(moved);
      return result;
    },
  };
}

async function runToItsEnd<T>(
  change: Change,
  work: (transaction: ConfigurationTransaction) => Promise<T>,
): Promise<T> {
  try {
    return await work(change.transaction);
  } finally {
    await change.end();
  }
}

interface Change {
  readonly transaction: ConfigurationTransaction;
  /** What was written or deleted so far: empty, the epoch stays. */
  readonly touched: readonly Touched[];
  /** Waits for the call that is running. Whoever still holds the transaction is refused, now and later. */
  end(): Promise<void>;
}

function openChange(statements: Statements, nextEpoch: Epoch): Change {
  const touched: Touched[] = [];
  let isOpen = true;
  // The work may make several calls at once; its one connection takes one statement at a time.
  const oneAtATime = createOneAtATime();

  const call = <T>(statement: () => Promise<T>): Promise<T> =>
    oneAtATime(async () => {
      if (!isOpen) throw new UnavailableError('internal_error', 'a change was used after its end');
      return storageCall(statement);
    });
  const touch = ({ kind, identitySystem, name }: ObjectKey, operation: Touched['operation']) =>
    touched.push({ kind, identitySystem, name, operation });

  return {
    touched,
    end() {
      isOpen = false;
      return oneAtATime(async () => {});
    },
    transaction: {
      nextEpoch,
      read: (key) => call(() => readObject(statements, key)),
      list: (query) => call(() => listObjects(statements, query)),
      findTargetByAudience: (audience) => call(() => findTargetByAudience(statements, audience)),
      async write(object) {
        assertObjectKey(object.key);
        assertStorable(object);
        return call(async () => {
          const stored = await writeObject(statements, object, nextEpoch);
          await claimAudiences(statements, stored);
          touch(object.key, 'write');
          return stored;
        });
      },
      delete: (key) =>
        call(async () => {
          if (await deleteObject(statements, key)) touch(key, 'delete');
        }),
      writeClusterCredential: (cluster, sealed) =>
        call(async () => {
          const isChanged = await writeClusterCredential(statements, cluster, sealed);
          if (isChanged) touch({ kind: 'Cluster', identitySystem: null, name: cluster }, 'write');
        }),
      readTombstone: (key) => call(() => readTombstone(statements, key)),
      listTombstones: (query) => call(() => listTombstones(statements, query)),
      async writeTombstone(tombstone) {
        assertStorable(tombstone);
        return call(() => writeTombstone(statements, tombstone));
      },
      deleteTombstone: (key) => call(() => deleteTombstone(statements, key)),
      recordChange: (event) => call(() => insertAuditEvents(statements, [event])),
    },
  };
}

/** False where there was nothing to remove. */
async function writeClusterCredential(
  statements: Statements,
  cluster: string,
  sealed: string | null,
): Promise<boolean> {
  if (sealed === null) {
    const { rowCount } = await statements
      .delete(clusterCredentials)
      .where(eq(clusterCredentials.cluster, cluster));
    return rowCount !== 0;
  }
  await statements
    .insert(clusterCredentials)
    .values({ cluster, sealed })
    .onConflictDoUpdate({ target: clusterCredentials.cluster, set: { sealed } });
  return true;
}
