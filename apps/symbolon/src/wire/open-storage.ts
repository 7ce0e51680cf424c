import { type OpenStores, openEmbedded, openPostgres } from '@symbolon/storage/postgres';
import type { Config } from '../config/load-config.ts';
import { SHIPPED_FILES } from '../shipped-files.ts';

/** The stores of the database that the configuration names, open. */
export async function openStorage({
  storage,
  audit,
  role,
}: Pick<Config, 'storage' | 'audit' | 'role'>): Promise<OpenStores> {
  const { pgliteWorker, pgliteAssetsDir, migrationsDir } = SHIPPED_FILES;
  switch (storage.kind) {
    case 'embedded': {
      const { dataDir } = storage;
      const assets = pgliteAssetsDir && { assetsDir: pgliteAssetsDir };
      return openEmbedded({ dataDir, workerUrl: pgliteWorker, ...assets, migrationsDir, audit });
    }
    case 'postgres':
      return openPostgres({
        url: storage.url.reveal(),
        migrationsDir,
        audit,
        applicationName: `symbolon ${role}`,
      });
  }
}
