import type { Secret } from '../config/secret.ts';

/** What of PostgreSQL the commands need. Both throw `UnavailableError`. */
export interface SchemaEngine {
  checkDatabase(url: Secret): Promise<SchemaState>;
  /** Throws `MigrationError` for a schema that this version does not know. */
  migrateDatabase(url: Secret): Promise<MigrationOutcome>;
}

/** `names`: the migrations that are not applied, in order. */
export type SchemaState =
  | { readonly kind: 'up_to_date' }
  | { readonly kind: 'pending'; readonly names: readonly string[] }
  | { readonly kind: 'unknown'; readonly problem: string };

export type MigrationOutcome =
  | { readonly kind: 'migrated'; readonly applied: readonly string[]; readonly rolesMade: readonly string[] }
  /** Nothing was changed: somebody who may must run `sql` first. */
  | { readonly kind: 'lacks_rights'; readonly sql: string };
