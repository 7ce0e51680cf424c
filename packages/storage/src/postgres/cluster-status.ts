import type { ClusterStatusStore } from '@symbolon/core';
import { asc, eq, lt, sql } from 'drizzle-orm';
import { STOPPED_MS } from '../cluster-status-terms.ts';
import type { Database, Statements } from './database.ts';
import { clusterStatus } from './schema.ts';
import { storageCall } from './storage-call.ts';

export function createClusterStatusStore(database: Database): ClusterStatusStore {
  return {
    writeClusterStatus: (replica, statuses, nowMs) =>
      database.transaction('begin', (statements) =>
        storageCall(async () => {
          await statements.delete(clusterStatus).where(eq(clusterStatus.replica, replica));
          await removeStopped(statements, nowMs);
          if (statuses.length === 0) return;
          await statements.insert(clusterStatus).values(
            statuses.map((status) => ({
              cluster: status.cluster,
              replica,
              writtenAt: new Date(status.writtenAtMs),
              status,
            })),
          );
        }),
      ),
    async readClusterStatus(cluster) {
      const rows = await database.run((statements) =>
        statements
          .select({ status: clusterStatus.status })
          .from(clusterStatus)
          .where(eq(clusterStatus.cluster, cluster))
          .orderBy(asc(clusterStatus.replica)),
      );
      return rows.map(({ status }) => status);
    },
  };
}

/** Of several gateways that remove the same rows none waits for another. */
async function removeStopped(statements: Statements, nowMs: number): Promise<void> {
  const { cluster, replica, writtenAt } = clusterStatus;
  const stopped = statements
    .select({ cluster, replica })
    .from(clusterStatus)
    .where(lt(writtenAt, new Date(nowMs - STOPPED_MS)))
    .for('update', { skipLocked: true });
  await statements.delete(clusterStatus).where(sql`(${cluster}, ${replica}) IN ${stopped}`);
}
