import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PublicJwk } from '@symbolon/testkit';
import type { Postgres, TestDatabase } from '@symbolon/testkit/postgres';
import { configureBy, type Ground, type Program } from './ground.ts';

/** A ground in a database, and the same deployment on a copy of it. */
export interface PostgresGround extends Ground {
  readonly database: TestDatabase;
  on(copy: TestDatabase): Ground;
}

export interface PostgresGroundOptions {
  readonly postgres: Postgres;
  /** A folder for the secrets of the deployment. */
  readonly secrets: string;
  readonly clusterKey: PublicJwk;
}

/** Set up as the production guide says: `init`, `migrate`, a login that is a member of both roles, `serve`. */
export async function makePostgresGround(
  program: Program,
  { postgres, secrets, clusterKey }: PostgresGroundOptions,
): Promise<PostgresGround> {
  const database = await postgres.createDatabase();
  await runCommand(program, ['init', '--out', secrets], {});
  await runCommand(program, ['migrate'], { SYMBOLON_MIGRATE_DATABASE_URL: database.url });
  const login = await postgres.createLogin({ memberOf: ['symbolon_gateway', 'symbolon_admin'] });
  const adminTokenFile = join(secrets, 'admin-token');
  const readToken = () => readFileSync(adminTokenFile, 'utf8').trim();
  const on = (where: TestDatabase): Ground => ({
    adminToken: readToken(),
    env: {
      SYMBOLON_DATABASE_URL: login.urlOf(where),
      SYMBOLON_KEK_FILE: join(secrets, 'key-encryption-key'),
      SYMBOLON_ADMIN_TOKEN_FILE: adminTokenFile,
    },
  });
  const ground = on(database);
  await configureBy(program, { env: ground.env, readToken, clusterKey });
  return { ...ground, database, on };
}

async function runCommand(
  { entry }: Program,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await promisify(execFile)(process.execPath, [entry, ...args], { env: { ...process.env, ...env } });
}
