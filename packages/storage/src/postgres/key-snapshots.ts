import type { KeySnapshotStore } from '@symbolon/core';
import { eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { keySnapshots } from './schema.ts';

export function createKeySnapshotStore(database: Database): KeySnapshotStore {
  return {
    async writeKeySnapshot({ cluster, revision, readAtMs, published }) {
      const written = { revision, readAt: new Date(readAtMs), published };
      await database.run((statements) =>
        statements
          .insert(keySnapshots)
          .values({ cluster, ...written })
          .onConflictDoUpdate({
            target: keySnapshots.cluster,
            set: written,
            setWhere: sql`${keySnapshots.readAt} <= excluded.read_at`,
          }),
      );
    },
    async readKeySnapshot(cluster) {
      const [row] = await database.run((statements) =>
        statements.select().from(keySnapshots).where(eq(keySnapshots.cluster, cluster)),
      );
      return row === undefined
        ? null
        : { cluster, revision: row.revision, readAtMs: row.readAt.getTime(), published: row.published };
    },
  };
}
