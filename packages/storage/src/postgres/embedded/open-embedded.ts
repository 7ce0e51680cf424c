import { fileURLToPath } from 'node:url';
import type { AuditMode } from '../../audit-mode.ts';
import type { OpenStores } from '../../stores.ts';
import { createPostgresStores } from '../create-postgres-stores.ts';
import { migrate } from '../migrate.ts';
import { readMigrations } from '../migrations-folder.ts';
import { openFolder } from './open-folder.ts';
import type { PgliteOptions } from './start-pglite.ts';

export interface EmbeddedOptions extends PgliteOptions {
  /** Default: durable. */
  readonly audit?: AuditMode;
  /** The folder of the whole broker, made if it is missing: the database has a folder in it. */
  readonly dataDir: string;
  /** The folder with `0000_<intent>.sql` and those after it. */
  readonly migrationsDir: URL;
}

/**
 * Opens the embedded database: locks the folder, starts PGlite in it and brings its schema up to date. Throws
 * `DataDirHeldError` where another process has the folder, `MigrationError` where its schema is not one that the
 * migrations continue, and `UnavailableError` where the database does not start. After a throw nothing is held.
 *
 * PGlite never syncs its files: what was acknowledged survives the end of the process, however it ends, and not a
 * power cut. It has one connection: a change that asks these stores for anything but its own transaction waits for
 * itself, until the wait for the connection is given up.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<OpenStores> {
  const migrations = await readMigrations(fileURLToPath(options.migrationsDir));
  const folder = await openFolder(options);
  try {
    await migrate(folder.database, migrations);
  } catch (error) {
    await folder.close();
    throw error;
  }
  const { audit = 'durable' } = options;
  const { stores, drain } = createPostgresStores(folder.database, { audit });
  return {
    stores,
    async close() {
      const drained = await drain();
      await folder.close();
      return drained;
    },
  };
}
