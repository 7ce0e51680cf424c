/*
 * The stores on PostgreSQL: one schema, one set of statements and one driver for every engine. What only PGlite
 * needs (its worker, the lock on its folder) lies in embedded/, and what only a server does (its connections, its roles)
 * in server/; nothing else here knows which engine answers.
 */

export type { OpenStores, Stores } from '../stores.ts';
export { DataDirHeldError } from './embedded/folder-lock.ts';
export { makeTemplate, TEMPLATE_FILE } from './embedded/make-template.ts';
export { type EmbeddedOptions, openEmbedded } from './embedded/open-embedded.ts';
export { MigrationError } from './judge-migrations.ts';
export {
  checkPostgres,
  type MigrationOptions,
  type MigrationOutcome,
  migratePostgres,
  type SchemaState,
} from './server/migrate-postgres.ts';
export { openPostgres, type PostgresOptions } from './server/open-postgres.ts';
export { DatabaseUrlError, readDatabaseUrl } from './server/read-database-url.ts';
export { StorageFailure } from './storage-call.ts';
