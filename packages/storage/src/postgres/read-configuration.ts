import type { ReadClusterCredential, ReadConfiguration } from '@symbolon/core';
import { eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { listObjects, readObject } from './object-tables.ts';
import { clusterCredentials } from './schema.ts';

export function createReadConfiguration(database: Database): ReadConfiguration & ReadClusterCredential {
  return {
    read: (key) => database.run((statements) => readObject(statements, key)),
    list: (query) => database.run((statements) => listObjects(statements, query)),
    async readClusterCredential(cluster) {
      const [row] = await database.run((statements) =>
        statements.select().from(clusterCredentials).where(eq(clusterCredentials.cluster, cluster)),
      );
      return row?.sealed ?? null;
    },
  };
}
