import {
  checkPostgres,
  type MigrationOutcome,
  migratePostgres,
  type SchemaState,
} from '@symbolon/storage/postgres';
import type { Secret } from '../config/secret.ts';
import { SHIPPED_FILES } from '../shipped-files.ts';

/** For `symbolon migrate`. */
export function migrateDatabase(url: Secret): Promise<MigrationOutcome> {
  return migratePostgres({ url: url.reveal(), migrationsDir: SHIPPED_FILES.migrationsDir });
}

/** For `symbolon migrate --check` and `symbolon doctor`. */
export function checkDatabase(url: Secret): Promise<SchemaState> {
  return checkPostgres({ url: url.reveal(), migrationsDir: SHIPPED_FILES.migrationsDir });
}
