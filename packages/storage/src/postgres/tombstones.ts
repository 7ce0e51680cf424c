import type { ReadTombstones, Tombstone, TombstoneKey, TombstoneQuery } from '@symbolon/core';
import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import { isStorable } from '../storable-text.ts';
import type { Database, Statements } from './database.ts';
import { tombstones } from './schema.ts';

export function createReadTombstones(database: Database): ReadTombstones {
  return {
    readTombstone: (key) => database.run((statements) => readTombstone(statements, key)),
    listTombstones: (query) => database.run((statements) => listTombstones(statements, query)),
  };
}

export async function readTombstone(statements: Statements, key: TombstoneKey): Promise<Tombstone | null> {
  if (!isStorable(key.name)) return null;
  const [row] = await statements.select().from(tombstones).where(isAt(key));
  return row === undefined ? null : tombstoneOf(row);
}

export async function listTombstones(
  statements: Statements,
  { kind, after, limit }: TombstoneQuery,
): Promise<readonly Tombstone[]> {
  if (after !== null && !isStorable(after.name)) return [];
  const rows = await statements
    .select()
    .from(tombstones)
    .where(
      and(kind === null ? undefined : eq(tombstones.kind, kind), after === null ? undefined : isAfter(after)),
    )
    .orderBy(asc(tombstones.kind), asc(tombstones.name))
    .limit(limit);
  return rows.map(tombstoneOf);
}

export async function writeTombstone(statements: Statements, tombstone: Tombstone): Promise<void> {
  const { key, identitySystem, identityDomain, deletedAtMs, deletedBy, epoch } = tombstone;
  const written = {
    identitySystem,
    identityDomain,
    deletedAt: new Date(deletedAtMs),
    deletedBy,
    epochNumber: epoch.number,
    epochId: epoch.id,
  };
  await statements
    .insert(tombstones)
    .values({ ...key, ...written })
    .onConflictDoUpdate({ target: [tombstones.kind, tombstones.name], set: written });
}

/** Whether there was one. */
export async function deleteTombstone(statements: Statements, key: TombstoneKey): Promise<boolean> {
  if (!isStorable(key.name)) return false;
  const { rowCount } = await statements.delete(tombstones).where(isAt(key));
  return rowCount !== 0;
}

function isAt({ kind, name }: TombstoneKey): SQL | undefined {
  return and(eq(tombstones.kind, kind), eq(tombstones.name, name));
}

function isAfter({ kind, name }: TombstoneKey): SQL {
  return sql`(${tombstones.kind}, ${tombstones.name}) > (${kind}, ${name})`;
}

function tombstoneOf(row: typeof tombstones.$inferSelect): Tombstone {
  return {
    key: { kind: row.kind, name: row.name },
    identitySystem: row.identitySystem,
    identityDomain: row.identityDomain,
    deletedAtMs: row.deletedAt.getTime(),
    deletedBy: row.deletedBy,
    epoch: { number: row.epochNumber, id: row.epochId },
  };
}
