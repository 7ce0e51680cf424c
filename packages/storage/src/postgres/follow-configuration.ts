import {
  type ConfigurationChanges,
  type Epoch,
  type FollowConfiguration,
  isSameEpoch,
  type ObjectKey,
  type StoredObject,
} from '@symbolon/core';
import { and, eq, gt } from 'drizzle-orm';
import { MAX_CHANGED_OBJECTS } from '../changed-objects.ts';
import { idOf } from '../object-key.ts';
import type { Database, Statements } from './database.ts';
import { readEpoch } from './epoch.ts';
import { isKind, readObjects } from './object-tables.ts';
import { policyLog } from './schema.ts';
import { storageCall } from './storage-call.ts';

const PAGE_KEYS = 1_000;

/** `listenForEpochs` is given: what an engine can tell by itself is not the same for all. */
export function createFollowConfiguration(
  database: Database,
  { listenForEpochs }: Pick<FollowConfiguration, 'listenForEpochs'>,
): FollowConfiguration {
  return {
    listenForEpochs,
    readEpoch: () => database.run(readEpoch),
    readChanges: (since) =>
      database.transaction('begin isolation level repeatable read read only', (statements) =>
        storageCall(() => readChanges(statements, since)),
      ),
  };
}

async function readChanges(statements: Statements, since: Epoch): Promise<ConfigurationChanges | null> {
  const epoch = await readEpoch(statements);
  if (isSameEpoch(since, epoch)) return { epoch, written: [], deleted: [] };
  if (!Number.isSafeInteger(since.number) || !(await isLogged(statements, since))) return null;
  const touched = await readLog(statements, { after: since, upTo: epoch });
  return touched === null ? null : readTouched(statements, { epoch, touched });
}

async function isLogged(statements: Statements, { number, id }: Epoch): Promise<boolean> {
  const rows = await statements
    .select({ position: policyLog.position })
    .from(policyLog)
    .where(and(eq(policyLog.epochNumber, number), eq(policyLog.epochId, id)))
    .limit(1);
  return rows.length > 0;
}

/**
 * The keys of all that was changed in between, once each; null where they are too many, or the log has a gap. Entries go
 * by their age, and by a clock that need not agree with the order of the epochs: so it is the numbers that are counted.
 */
async function readLog(
  statements: Statements,
  { after, upTo }: { readonly after: Epoch; readonly upTo: Epoch },
): Promise<readonly ObjectKey[] | null> {
  const { epochNumber, kind, identitySystem, name } = policyLog;
  const rows = await statements
    .select({ epochNumber, kind, identitySystem, name })
    .from(policyLog)
    .where(gt(epochNumber, after.number))
    .limit(MAX_CHANGED_OBJECTS + 1);
  if (rows.length > MAX_CHANGED_OBJECTS) return null;
  if (new Set(rows.map((row) => row.epochNumber)).size !== upTo.number - after.number) return null;
  const keys = rows.flatMap((row): ObjectKey[] => {
    // What a later version keeps is nothing to this one, in a snapshot as here.
    if (!isKind(row.kind)) return [];
    return [{ kind: row.kind, identitySystem: row.identitySystem, name: row.name }];
  });
  return [...new Map(keys.map((key) => [idOf(key), key])).values()];
}

async function readTouched(
  statements: Statements,
  { epoch, touched }: { readonly epoch: Epoch; readonly touched: readonly ObjectKey[] },
): Promise<ConfigurationChanges> {
  const written: StoredObject[] = [];
  for (const [kind, keys] of Map.groupBy(touched, (key) => key.kind)) {
    for (let at = 0; at < keys.length; at += PAGE_KEYS) {
      const page = { kind, keys: keys.slice(at, at + PAGE_KEYS) };
      for (const object of await readObjects(statements, page)) written.push(object);
    }
  }
  const there = new Set(written.map(({ key }) => idOf(key)));
  return { epoch, written, deleted: touched.filter((key) => !there.has(idOf(key))) };
}
