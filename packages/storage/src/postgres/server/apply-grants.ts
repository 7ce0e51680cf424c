import { type SQL, sql } from 'drizzle-orm';
import type { Statements } from '../database.ts';
import { ADMIN_ROLE, GATEWAY_ROLE, GRANTS, type Rights } from './grants.ts';

const ROLES = [GATEWAY_ROLE, ADMIN_ROLE] as const;

/** Gives the roles what `GRANTS` says and takes everything else from them, on every table that it lists. */
export async function applyGrants(statements: Statements): Promise<void> {
  const roles = join(ROLES.map((role) => sql.identifier(role)));
  for (const [name, grants] of Object.entries(GRANTS)) {
    const table = sql`TABLE public.${sql.identifier(name)}`;
    // With the table's go those of its columns.
    await statements.execute(sql`REVOKE ALL ON ${table} FROM PUBLIC, ${roles}`);
    for (const role of ROLES) {
      const privileges = privilegesOf(grants[role]);
      if (privileges.length === 0) continue;
      await statements.execute(sql`GRANT ${join(privileges)} ON ${table} TO ${sql.identifier(role)}`);
    }
  }
}

function privilegesOf(rights: Rights): readonly SQL[] {
  return Object.entries(rights).map(([privilege, columns]) =>
    columns === 'all'
      ? sql.raw(privilege)
      : sql`${sql.raw(privilege)} (${join(columns.map((column) => sql.identifier(column)))})`,
  );
}

function join(parts: readonly ReturnType<typeof sql.identifier>[] | readonly SQL[]): SQL {
  return sql.join([...parts], sql`, `);
}
