import type { Kind, ReadSnapshot, StoredObject } from '@symbolon/core';
import type { Database, Statements } from './database.ts';
import { readEpoch } from './epoch.ts';
import { pageObjects } from './object-tables.ts';
import { storageCall } from './storage-call.ts';

/** Small enough that the rows of a page are garbage before the next is read, large enough that round trips vanish. */
const PAGE_ROWS = 5_000;

export function createReadSnapshot(database: Database): ReadSnapshot {
  return {
    readSnapshot: () =>
      database.transaction('begin isolation level repeatable read read only', (statements) =>
        storageCall(async () => ({
          epoch: await readEpoch(statements),
          clusters: await readAll(statements, 'Cluster'),
          identitySystems: await readAll(statements, 'IdentitySystem'),
          targets: await readAll(statements, 'Target'),
          rules: await readAll(statements, 'MappingRule'),
          revocations: await readAll(statements, 'Revocation'),
        })),
      ),
  };
}

async function readAll<K extends Kind>(statements: Statements, kind: K): Promise<readonly StoredObject<K>[]> {
  const all: StoredObject<K>[] = [];
  for (;;) {
    const after = all.at(-1)?.key ?? null;
    const page = await pageObjects(statements, { kind, after, limit: PAGE_ROWS });
    for (const object of page) all.push(object);
    if (page.length < PAGE_ROWS) return all;
  }
}
