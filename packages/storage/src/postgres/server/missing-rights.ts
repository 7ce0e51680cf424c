import { sql } from 'drizzle-orm';
import { escapeIdentifier } from 'pg';
import type { Statements } from '../database.ts';
import { ADMIN_ROLE, GATEWAY_ROLE, GRANTS } from './grants.ts';

/** What stands between the login and a migration. */
export interface RightsOfLogin {
  /** The roles that are not there yet. */
  readonly missingRoles: readonly string[];
  /** What somebody with more rights must run first; empty where the login has all that it takes. */
  readonly sql: string;
}

/**
 * Finds out what the login of the connection may do, and changes nothing. Neither does it go on in a schema where anybody
 * may create (as in databases that began before PostgreSQL 15): what a migration does there, a function or a trigger
 * of a stranger could do with the rights of its login (CVE-2018-1058).
 */
export async function readRights(statements: Statements): Promise<RightsOfLogin> {
  const { rows } = await statements.execute<RightsRow>(sql`
    SELECT current_user AS login,
           (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS "mayMakeRoles",
           has_schema_privilege('public', 'USAGE') AND has_schema_privilege('public', 'CREATE') AS "mayMakeTables",
           has_schema_privilege('public'::name, 'public'::text, 'CREATE'::text) AS "mayAnybodyMakeTables",
           ARRAY(SELECT rolname::text FROM pg_roles WHERE rolname IN (${GATEWAY_ROLE}, ${ADMIN_ROLE})) AS roles,
           ARRAY(
             SELECT DISTINCT tableowner::text FROM pg_tables
             WHERE schemaname = 'public' AND tablename = ANY(${sql.param(Object.keys(GRANTS))})
               AND NOT pg_has_role(tableowner, 'USAGE')
           ) AS "otherOwners",
           ARRAY(
             SELECT DISTINCT tableowner::text FROM pg_tables
             WHERE schemaname = 'public' AND tablename = ANY(${sql.param(Object.keys(GRANTS))})
               AND tableowner <> current_user
               AND NOT has_schema_privilege(tableowner, 'public'::text, 'CREATE'::text)
           ) AS strangers`);
  const [row] = rows;
  if (row === undefined) throw new Error('a query without a condition returned no row');
  const missingRoles = [GATEWAY_ROLE, ADMIN_ROLE].filter((role) => !row.roles.includes(role));
  const login = escapeIdentifier(row.login);
  const needed = [
    ...(row.mayMakeRoles ? [] : missingRoles.map((role) => `CREATE ROLE ${escapeIdentifier(role)} NOLOGIN;`)),
    ...(row.mayMakeTables ? [] : [`GRANT USAGE, CREATE ON SCHEMA public TO ${login};`]),
    ...(row.mayAnybodyMakeTables ? ['REVOKE CREATE ON SCHEMA public FROM PUBLIC;'] : []),
    ...row.strangers.map(
      (owner) =>
        `-- Drop the broker's tables that ${escapeIdentifier(owner)} owns, or, if they are the broker's indeed:\n` +
        `GRANT USAGE, CREATE ON SCHEMA public TO ${escapeIdentifier(owner)};`,
    ),
    ...row.otherOwners.map((owner) => `GRANT ${escapeIdentifier(owner)} TO ${login};`),
  ];
  return { missingRoles, sql: needed.join('\n') };
}

interface RightsRow extends Record<string, unknown> {
  readonly login: string;
  readonly mayMakeRoles: boolean;
  readonly mayMakeTables: boolean;
  readonly mayAnybodyMakeTables: boolean;
  readonly roles: readonly string[];
  /** Of tables of ours that the login cannot act as the owner of. */
  readonly otherOwners: readonly string[];
  /** Of tables of ours, though they may not make any. */
  readonly strangers: readonly string[];
}
