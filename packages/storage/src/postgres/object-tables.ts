import type {
  Epoch,
  Kind,
  ListQuery,
  ObjectKey,
  SpecByKind,
  StoredObject,
  WrittenObject,
} from '@symbolon/core';
import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import { isStorable } from '../storable-text.ts';
import type { Statements } from './database.ts';
import { clusters, identitySystems, mappingRules, revocations, targets } from './schema.ts';

/*
 * The statements that the tables of all kinds share. Each is written once, for a table of root objects; a table of
 * owned objects has the same columns and the owner's name before them.
 */

type RootTable = typeof clusters;
type OwnedTable = typeof targets;

interface ObjectTable {
  readonly table: RootTable;
  /** The column with the owner's name, for the kinds that have one. */
  readonly owner: OwnedTable['identitySystem'] | null;
}

const root = (table: RootTable): ObjectTable => ({ table, owner: null });
const owned = (table: OwnedTable): ObjectTable => ({
  // An owned table has every column of a root table; drizzle's types hold the exact set of columns and cannot say so.
  table: table as unknown as RootTable,
  owner: table.identitySystem,
});

const OBJECT_TABLES: { readonly [K in Kind]: ObjectTable } = {
  Cluster: root(clusters),
  IdentitySystem: root(identitySystems),
  Target: owned(targets),
  MappingRule: owned(mappingRules),
  Revocation: root(revocations),
};

export const isKind = (word: string): word is Kind => Object.hasOwn(OBJECT_TABLES, word);

/** A row of an object table; `identitySystem` is there in those of owned kinds. */
type ObjectRow = RootTable['$inferSelect'] & { readonly identitySystem?: string };

export async function readObject<K extends Kind>(
  statements: Statements,
  key: ObjectKey<K>,
): Promise<StoredObject<K> | null> {
  const { table } = OBJECT_TABLES[key.kind];
  const [row] = await statements.select().from(table).where(isAt(key));
  return row === undefined ? null : storedObject(key.kind, row);
}

export async function listObjects<K extends Kind>(
  statements: Statements,
  query: ListQuery<K>,
): Promise<readonly StoredObject<K>[]> {
  const { table } = OBJECT_TABLES[query.kind];
  const rows = await statements
    .select()
    .from(table)
    .where(
      and(
        isOwnedBy(query),
        query.after === null ? undefined : gt(table.name, query.after),
        query.labels === undefined ? undefined : carries(table, query.labels),
      ),
    )
    .orderBy(asc(table.name))
    .limit(query.limit);
  return rows.map((row) => storedObject(query.kind, row));
}

/** The objects of one kind over all owners that come after `after` in the order of their keys. */
export async function pageObjects<K extends Kind>(
  statements: Statements,
  page: { readonly kind: K; readonly after: ObjectKey<K> | null; readonly limit: number },
): Promise<readonly StoredObject<K>[]> {
  const { table, owner } = OBJECT_TABLES[page.kind];
  const key = owner === null ? [table.name] : [owner, table.name];
  const rows = await statements
    .select()
    .from(table)
    .where(page.after === null ? undefined : isAfter(page.after))
    .orderBy(...key.map((column) => asc(column)))
    .limit(page.limit);
  return rows.map((row) => storedObject(page.kind, row));
}

/** Those of one kind that are there, of all that `keys` name. */
export async function readObjects<K extends Kind>(
  statements: Statements,
  { kind, keys }: { readonly kind: K; readonly keys: readonly ObjectKey[] },
): Promise<readonly StoredObject<K>[]> {
  const { table, owner } = OBJECT_TABLES[kind];
  const names = sql.param(keys.map(({ name }) => name));
  const owners = sql.param(keys.map(({ identitySystem }) => identitySystem));
  const isNamed =
    owner === null
      ? sql`${table.name} = ANY (${names}::text[])`
      : sql`(${owner}, ${table.name}) IN (SELECT * FROM unnest(${owners}::text[], ${names}::text[]))`;
  const rows = await statements.select().from(table).where(isNamed);
  return rows.map((row) => storedObject(kind, row));
}

export async function writeObject<K extends Kind>(
  statements: Statements,
  object: WrittenObject<K>,
  epoch: Epoch,
): Promise<StoredObject<K>> {
  const { table, owner } = OBJECT_TABLES[object.key.kind];
  const now = new Date(object.nowMs);
  const written = {
    spec: object.spec,
    labels: object.labels,
    description: object.description,
    updatedAt: now,
    updatedBy: object.updatedBy,
    epochNumber: epoch.number,
    epochId: epoch.id,
  };
  // `identitySystem` goes into the tables that have the column, and drizzle leaves it out of the others.
  const row = {
    identitySystem: object.key.identitySystem,
    name: object.key.name,
    createdAt: now,
    ...written,
  };
  const [stored] = await statements
    .insert(table)
    .values(row)
    .onConflictDoUpdate({ target: owner === null ? [table.name] : [owner, table.name], set: written })
    .returning();
  if (stored === undefined) throw new Error('an upsert returned no row');
  return storedObject(object.key.kind, stored);
}

/** Whether there was one. */
export async function deleteObject(statements: Statements, key: ObjectKey): Promise<boolean> {
  const { table } = OBJECT_TABLES[key.kind];
  const { rowCount } = await statements.delete(table).where(isAt(key));
  return rowCount !== 0;
}

function isAt(key: ObjectKey): SQL | undefined {
  return and(isOwnedBy(key), eq(OBJECT_TABLES[key.kind].table.name, key.name));
}

/** Labels that no database can store are on no object, and would make the statement fail. */
function carries(table: RootTable, labels: { readonly [name: string]: string }): SQL {
  const canBeStored = Object.entries(labels).flat().every(isStorable);
  return canBeStored ? sql`${table.labels} @> ${JSON.stringify(labels)}::jsonb` : sql`false`;
}

/** An owned kind without an owner, or a root kind with one, is no object's key: nothing is there. */
function isOwnedBy(key: Pick<ObjectKey, 'kind' | 'identitySystem'>): SQL | undefined {
  const { owner } = OBJECT_TABLES[key.kind];
  if (owner === null) return key.identitySystem === null ? undefined : sql`false`;
  return key.identitySystem === null ? sql`false` : eq(owner, key.identitySystem);
}

function isAfter(key: ObjectKey): SQL {
  const { table, owner } = OBJECT_TABLES[key.kind];
  return owner === null
    ? gt(table.name, key.name)
    : sql`(${owner}, ${table.name}) > (${key.identitySystem}, ${key.name})`;
}

function storedObject<K extends Kind>(kind: K, row: ObjectRow): StoredObject<K> {
  return {
    key: { kind, identitySystem: row.identitySystem ?? null, name: row.name },
    // Only writeObject writes the column, and it takes the spec of the kind.
    spec: row.spec as SpecByKind[K],
    labels: row.labels,
    description: row.description,
    metadata: {
      createdAtMs: row.createdAt.getTime(),
      updatedAtMs: row.updatedAt.getTime(),
      updatedBy: row.updatedBy,
      epoch: { number: row.epochNumber, id: row.epochId },
    },
  };
}
