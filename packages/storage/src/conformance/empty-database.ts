import { sql } from 'drizzle-orm';
import type { Database } from '../postgres/database.ts';

/** Leaves the tables as the migrations made them, but for the epoch, which never goes back. */
export async function emptyDatabase(database: Database): Promise<void> {
  await database.run((statements) =>
    statements.execute(sql`
      TRUNCATE clusters, identity_systems, targets, mapping_rules, revocations, target_audiences, cluster_credentials,
        policy_log, signing_keys, sealed_key_pairs, audit_events, tombstones, idempotency_keys,
        key_encryption_check, cluster_status, key_snapshots, admin_access RESTART IDENTITY`),
  );
}
