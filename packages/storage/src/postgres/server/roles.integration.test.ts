import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleCluster, sampleExchange } from '../../conformance/samples.ts';
import type { Database } from '../database.ts';
import { ADMIN_ROLE, GATEWAY_ROLE, GRANTS, type Privilege, type Rights } from './grants.ts';
import { migratePostgres } from './migrate-postgres.ts';
import {
  type MigratedServer,
  migrationsDir,
  openForTest,
  ownerOf,
  useServer,
  VERSIONS,
} from './test-support.ts';

/** SQLSTATE of a privilege that is not there. */
const FORBIDDEN = { cause: { code: '42501' } };

describe.each(VERSIONS)('PostgreSQL %s', (version) => {
  const server = useServer(version);
  let owner: Database;
  const logins: { [name in 'gateway' | 'admin']?: Database } = {};

  beforeAll(async () => {
    const { database, gateway, admin } = server();
    owner = ownerOf(database.url);
    logins.gateway = ownerOf(gateway.urlOf(database));
    logins.admin = ownerOf(admin.urlOf(database));
    await fillTables(owner);
  });
  afterAll(async () => {
    for (const database of [owner, logins.gateway, logins.admin]) await database?.close();
  });

  const runAs = (login: 'gateway' | 'admin', statement: string) =>
    logins[login]?.run((statements) => statements.execute(sql.raw(statement)));

  test('every table of the database is in the table of grants, and nothing else is', async () => {
    const { rows } = await owner.run((statements) =>
      statements.execute<{ name: string }>(
        sql`SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename COLLATE "C"`,
      ),
    );
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(GRANTS).toSorted());
  });

  test('each role has what the table of grants gives it on every column, and nothing beside it', async () => {
    expect(await readPrivileges(owner)).toEqual(await listedPrivileges(owner));
  });

  test('no role is a login, owns anything, or may make tables', async () => {
    const { rows } = await owner.run((statements) =>
      statements.execute(sql`
        SELECT rolname::text AS role, rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls,
               has_schema_privilege(oid, 'public', 'CREATE') AS "mayMakeTables",
               EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid) AS owns
        FROM pg_roles WHERE rolname IN (${GATEWAY_ROLE}, ${ADMIN_ROLE}) ORDER BY rolname`),
    );
    const none = {
      rolcanlogin: false,
      rolsuper: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolbypassrls: false,
    };
    const expected = { ...none, mayMakeTables: false, owns: false };
    expect(rows).toEqual([ADMIN_ROLE, GATEWAY_ROLE].map((role) => ({ role, ...expected })));
  });

  test.each([
    ['look into the audit trail', 'SELECT event FROM audit_events'],
    ['count it', 'SELECT count(*) FROM audit_events'],
    ['change what was recorded', `UPDATE audit_events SET event = '{}'`],
    ['delete what was recorded', 'DELETE FROM audit_events'],
    ['empty the audit trail', 'TRUNCATE audit_events'],
    [
      'give an event an id of its choice',
      'INSERT INTO audit_events (id, event) OVERRIDING SYSTEM VALUE VALUES (1, \'{"atMs":0}\')',
    ],
    ['change a cluster', `UPDATE clusters SET spec = '{}'`],
    ['make a rule', `INSERT INTO mapping_rules SELECT * FROM mapping_rules`],
    ['delete a revocation', 'DELETE FROM revocations'],
    ['move the epoch', 'UPDATE epoch SET number = number - 1'],
    ['hold the epoch so that nothing can be changed', 'SELECT number FROM epoch FOR UPDATE'],
    ['rewrite what changed', 'DELETE FROM policy_log'],
    ['delete a signing key', 'DELETE FROM signing_keys'],
    ['put another key-encryption key in force', `UPDATE key_encryption_check SET check_value = 'x'`],
    ['have credentials sealed to a key of its own', `UPDATE sealed_key_pairs SET public_jwk = '{}'`],
    ['let itself into the admin API', `INSERT INTO admin_access VALUES (true, 'x', now())`],
    ['see the token that lets into it', 'SELECT * FROM admin_access'],
    ['read what administrators were answered', 'SELECT * FROM idempotency_keys'],
    ['release a name', 'DELETE FROM tombstones'],
    ['pretend that a migration was applied', `INSERT INTO applied_migrations VALUES (99, 'x', 'x')`],
    ['make a table', 'CREATE TABLE mine ()'],
    ['make itself the admin API', `GRANT ${ADMIN_ROLE} TO CURRENT_USER`],
  ])('the gateway cannot %s', async (...[, statement]) => {
    await expect(runAs('gateway', statement)).rejects.toMatchObject(FORBIDDEN);
  });

  test.each([
    ['read a sealed signing key', 'SELECT sealed_private_key FROM signing_keys'],
    ['read all of a signing key', 'SELECT * FROM signing_keys'],
    ['put a signing key in', 'INSERT INTO signing_keys SELECT * FROM signing_keys'],
    ['put another public key to a kid', `UPDATE signing_keys SET public_jwk = '{}'`],
    ['change a sealed signing key', `UPDATE signing_keys SET sealed_private_key = ''`],
    [
      'find out a sealed key by comparing it',
      `UPDATE signing_keys SET state = 'next' WHERE sealed_private_key LIKE 'a%'`,
    ],
    ['delete a signing key', 'DELETE FROM signing_keys'],
    [
      'read the private key to which credentials are sealed',
      'SELECT sealed_private_key FROM sealed_key_pairs',
    ],
    ['have credentials sealed to a key of its own', `UPDATE sealed_key_pairs SET public_jwk = '{}'`],
    ["read a cluster's credential", 'SELECT sealed FROM cluster_credentials'],
    ['get it returned when writing one', `UPDATE cluster_credentials SET sealed = 'x' RETURNING sealed`],
    ['change what was recorded', `UPDATE audit_events SET event = '{}'`],
    ['delete what was recorded', 'DELETE FROM audit_events'],
    ['empty the audit trail', 'TRUNCATE audit_events'],
    ['see the check of the key-encryption key', 'SELECT * FROM key_encryption_check'],
    ['pretend to be a gateway', `INSERT INTO cluster_status VALUES ('a', 'b', now(), '{}')`],
    ['publish keys of a cluster', `UPDATE key_snapshots SET published = '[]'`],
    ['give out a token for itself', `INSERT INTO admin_access VALUES (true, 'x', now())`],
    ['make a second epoch', `INSERT INTO epoch VALUES (false, 1, 'x')`],
    ['make a table', 'CREATE TABLE mine ()'],
  ])('the admin API cannot %s', async (...[, statement]) => {
    await expect(runAs('admin', statement)).rejects.toMatchObject(FORBIDDEN);
  });

  test('the admin API moves the state of a signing key, and sees its public part', async () => {
    await runAs('admin', `UPDATE signing_keys SET state = 'disabled', retired_at = now() WHERE kid = 'k'`);
    const found = await runAs('admin', 'SELECT kid, state, public_jwk FROM signing_keys');
    expect(found?.rows).toEqual([{ kid: 'k', state: 'disabled', public_jwk: {} }]);
  });

  test('what was granted beside the table is taken back by the next migration', async () => {
    const { database, postgres } = server();
    await postgres.execute(
      `GRANT ALL ON ALL TABLES IN SCHEMA public TO ${GATEWAY_ROLE}, ${ADMIN_ROLE};
       GRANT SELECT ON signing_keys TO PUBLIC; GRANT UPDATE (sealed_private_key) ON signing_keys TO ${ADMIN_ROLE}`,
      database.url,
    );
    expect(await readPrivileges(owner)).not.toEqual(await listedPrivileges(owner));
    const outcome = await migratePostgres({ url: database.url, migrationsDir });
    expect(outcome).toEqual({ kind: 'migrated', applied: [], rolesMade: [] });
    expect(await readPrivileges(owner)).toEqual(await listedPrivileges(owner));
    const { rows } = await owner.run((statements) =>
      statements.execute(sql`
        SELECT relname FROM pg_class, aclexplode(relacl) AS acl
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND acl.grantee = 0`),
    );
    expect(rows).toEqual([]);
  });

  test('one login with both roles is everything that a process with both doors needs', async () => {
    const { database, all } = server();
    const { stores } = await openForTest(all.urlOf(database));
    const { epoch } = await stores
      .change(async (transaction) => transaction.write(sampleCluster('all')))
      .then(({ metadata }) => metadata);
    expect(await stores.recordExchange({ ...sampleExchange('r-1'), epoch })).toEqual({ kind: 'recorded' });
    expect(await stores.readSigningKeys()).toHaveLength(1);
  });

  test('a login without a role is told what it lacks, before it serves anybody', async () => {
    const stranger: MigratedServer['all'] = await server().postgres.createLogin();
    await expect(openForTest(stranger.urlOf(server().database))).rejects.toMatchObject({
      name: 'MigrationError',
      code: 'schema_forbidden',
      message: expect.stringContaining('symbolon_gateway'),
    });
  });
});

/** A row where a statement could return or change one. */
async function fillTables(owner: Database): Promise<void> {
  await owner.run((statements) =>
    statements.execute(sql`
      INSERT INTO signing_keys VALUES ('k', 'ES256', 'current', '{}', 'sealed', now());
      INSERT INTO sealed_key_pairs VALUES ('cluster-credentials', '{}', 'sealed')`),
  );
}

/** `role table.column privilege` of all that the roles hold, by themselves or through PUBLIC. */
async function readPrivileges(owner: Database): Promise<readonly string[]> {
  const { rows } = await owner.run((statements) =>
    statements.execute<{ held: string }>(sql`
      SELECT role || ' ' || table_name || '.' || column_name || ' ' || privilege AS held
      FROM information_schema.columns,
           unnest(ARRAY[${GATEWAY_ROLE}, ${ADMIN_ROLE}]) AS role,
           unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
      WHERE table_schema = 'public' AND CASE
        WHEN privilege IN ('DELETE', 'TRUNCATE', 'TRIGGER')
        THEN has_table_privilege(role, quote_ident(table_name), privilege)
        ELSE has_column_privilege(role, quote_ident(table_name), column_name, privilege)
      END`),
  );
  return rows.map(({ held }) => held).toSorted();
}

async function listedPrivileges(owner: Database): Promise<readonly string[]> {
  const { rows } = await owner.run((statements) =>
    statements.execute<{ table: string; column: string }>(sql`
      SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns WHERE table_schema = 'public'`),
  );
  return rows
    .flatMap(({ table, column }) =>
      ([GATEWAY_ROLE, ADMIN_ROLE] as const).flatMap((role) =>
        privilegesOn(GRANTS[table]?.[role] ?? {}, column).map((held) => `${role} ${table}.${column} ${held}`),
      ),
    )
    .toSorted();
}

function privilegesOn(rights: Rights, column: string): readonly Privilege[] {
  return (Object.keys(rights) as Privilege[]).filter((privilege) => {
    const columns = rights[privilege];
    return columns === 'all' || columns?.includes(column);
  });
}
