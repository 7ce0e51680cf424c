/**
 * A real PostgreSQL on loopback, for integration tests. This folder owns where its programs come from (packages of
 * npm), how a cluster is initialised once a machine and copied for each server, and how a server is started, hurt and
 * stopped. It is apart from the stand-ins because what it does is what PostgreSQL does.
 */
export type { PostgresVersion } from './ensure-postgres.ts';
export {
  type Postgres,
  type PostgresOptions,
  startPostgres,
  type TestDatabase,
  type TestLogin,
} from './start-postgres.ts';
