import { readDatabaseUrl } from '@symbolon/storage/postgres';
import type { StorageConfig } from '../config/load-config.ts';
import { openStorage } from './open-storage.ts';

/** For `symbolon admin reset-token`, which is the only process on the database, or one beside brokers on PostgreSQL. */
export async function openAdminAccess(storage: StorageConfig) {
  const { stores, close } = await openStorage({ storage, audit: 'durable', role: 'admin' });
  // The embedded database has one role, which is the superuser of every PostgreSQL.
  const role = storage.kind === 'postgres' ? readDatabaseUrl(storage.url.reveal()).user : 'postgres';
  return {
    role,
    resetBreakGlass: stores.resetBreakGlass,
    async close() {
      await close();
    },
  };
}
