import type { Migration } from './migrations-folder.ts';

/** A database or a folder of migrations on which this version cannot run; `message` says which and what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly code:
    | 'migration_missing'
    | 'migration_edited'
    | 'schema_unknown'
    | 'schema_outdated'
    | 'schema_forbidden';

  constructor(code: MigrationError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export type AppliedMigration = Pick<Migration, 'name' | 'sha256'>;

/**
 * The shipped migrations that were not applied yet, in order. Throws `MigrationError` unless those applied are the
 * first of those shipped, each as it was when it was applied.
 */
export function judgeMigrations(
  applied: readonly AppliedMigration[],
  shipped: readonly Migration[],
): readonly Migration[] {
  shipped.forEach(({ name }, position) => {
    if (Number(name.slice(0, 4)) !== position) {
      throw new MigrationError('migration_missing', `there is no migration ${position}, but ${name}`);
    }
  });
  applied.forEach(({ name, sha256 }, position) => {
    const file = shipped[position];
    if (file?.name !== name) {
      throw new MigrationError(
        'schema_unknown',
        `the database has migration ${name}, which this version does not know: run the version that applied it, or a later one`,
      );
    }
    if (file.sha256 !== sha256) {
      throw new MigrationError(
        'migration_edited',
        `migration ${name} is not the file that was applied to the database: put the original back`,
      );
    }
  });
  return shipped.slice(applied.length);
}
