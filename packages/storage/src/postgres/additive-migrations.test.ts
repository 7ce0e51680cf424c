import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readMigrations } from './migrations-folder.ts';

/*
 * While replicas are brought to a new version one after another, the old ones run on the new schema. So a migration
 * adds: it takes nothing away that the version before reads, and demands nothing that it does not write.
 */

const migrationsDir = fileURLToPath(new URL('../../../../migrations/', import.meta.url));
/** Before it nothing had been released, and nobody ran two versions on one database. */
const FIRST_ADDITIVE = '0004';

const NOT_ADDITIVE: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['drops something', /\bDROP\b/],
  ['renames something', /\bRENAME\b/],
  ['changes the type of a column', /\bALTER (?:COLUMN )?\S+ (?:SET DATA )?TYPE\b/],
  ['demands a value that is not written yet', /\bSET NOT NULL\b/],
  [
    'adds a column that must have a value and has none of its own',
    /\bADD (?:COLUMN )?(?!CONSTRAINT\b)(?=[^,;]*\bNOT NULL\b)(?![^,;]*\b(?:DEFAULT|GENERATED)\b)/,
  ],
  ['deletes rows', /\b(?:TRUNCATE|DELETE FROM)\b/],
];

/** What a migration does that one must not; comments and texts in quotes do nothing. */
function offencesOf(sql: string): readonly string[] {
  const statements = sql
    .replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/'(?:[^']|'')*'/g, "''")
    .replaceAll(/\s+/g, ' ')
    .toUpperCase();
  return NOT_ADDITIVE.filter(([, pattern]) => pattern.test(statements)).map(([what]) => what);
}

test('no migration takes away what the version before needs', async () => {
  const migrations = (await readMigrations(migrationsDir)).filter(({ name }) => name >= FIRST_ADDITIVE);
  expect(migrations.length).toBeGreaterThan(0);
  for (const { name, sql } of migrations)
    expect({ name, offences: offencesOf(sql) }).toEqual({ name, offences: [] });
});

test.each([
  'DROP TABLE "clusters"',
  'ALTER TABLE "clusters"\n  DROP COLUMN "spec"',
  'alter table clusters rename column spec to body',
  'ALTER TABLE "clusters" ALTER COLUMN "spec" SET DATA TYPE json',
  'ALTER TABLE clusters ALTER spec TYPE json',
  'ALTER TABLE "clusters" ALTER COLUMN "spec" SET NOT NULL',
  'ALTER TABLE "clusters" ADD COLUMN "owner" text NOT NULL',
  'ALTER TABLE "clusters" ADD COLUMN "a" text, ADD COLUMN "b" text NOT NULL',
  'ALTER TABLE "clusters" ADD "owner" text NOT NULL',
  'TRUNCATE policy_log',
  'DELETE FROM policy_log',
])('refuses %s', (sql) => {
  expect(offencesOf(sql)).toHaveLength(1);
});

test.each([
  'CREATE TABLE "owners" ("name" text PRIMARY KEY NOT NULL)',
  'ALTER TABLE "clusters" ADD COLUMN "owner" text',
  `ALTER TABLE "clusters" ADD COLUMN "owner" text NOT NULL DEFAULT ''`,
  `ALTER TABLE "clusters" ADD COLUMN "owner" text DEFAULT '' NOT NULL`,
  `ALTER TABLE "audit_events" ADD COLUMN "kind" text GENERATED ALWAYS AS (event ->> 'kind') STORED NOT NULL`,
  `ALTER TABLE "targets" ADD CONSTRAINT "c" FOREIGN KEY ("a") REFERENCES "public"."b"("c") ON DELETE cascade`,
  `-- DROP nothing\nUPDATE clusters SET description = 'RENAME'`,
])('takes %s', (sql) => {
  expect(offencesOf(sql)).toEqual([]);
});
