import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import * as schema from '../schema.ts';
import { GRANTS } from './grants.ts';

const tables = Object.values<unknown>(schema).filter((member): member is PgTable => is(member, PgTable));

test('every table of the schema says what each role may do with it', () => {
  const listed = Object.keys(GRANTS).filter((name) => name !== 'applied_migrations');
  expect(listed.toSorted()).toEqual(tables.map((table) => getTableName(table)).toSorted());
});

test('the columns that are named are there', () => {
  for (const table of tables) {
    const columns = Object.values(getTableColumns(table)).map(({ name }) => name);
    const grants = Object.values(GRANTS[getTableName(table)] ?? {}).flatMap((rights) =>
      Object.values(rights),
    );
    for (const named of grants.filter((right) => right !== 'all').flat()) expect(columns).toContain(named);
  }
});

test('what is sealed reaches no role but the gateway, and what was recorded is changed by none', () => {
  for (const table of tables) {
    const { symbolon_admin: admin, symbolon_gateway: gateway } = GRANTS[getTableName(table)] ?? {};
    for (const { name } of Object.values(getTableColumns(table))) {
      if (!name.startsWith('sealed')) continue;
      expect(admin?.SELECT).not.toBe('all');
      expect(admin?.SELECT).not.toContain(name);
    }
    if (getTableName(table) !== 'audit_events') continue;
    for (const rights of [admin, gateway]) expect(rights).not.toHaveProperty('UPDATE');
    for (const rights of [admin, gateway]) expect(rights).not.toHaveProperty('DELETE');
  }
});
