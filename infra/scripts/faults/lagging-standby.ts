import type { ProductionGround } from './production-ground.ts';

/** A standby that stopped following its primary at one moment, and may be promoted later. */
export interface LaggingStandby {
  /**
   * The database is what it was at that moment, and what was committed since is gone. `renamed`: its last change has
   * another id, as if others had made it.
   */
  failOver(options?: { readonly renamed: boolean }): Promise<void>;
}

/** Children first. */
const TABLES = [
  'target_audiences',
  'cluster_credentials',
  'targets',
  'mapping_rules',
  'identity_systems',
  'clusters',
  'revocations',
  'tombstones',
  'policy_log',
];

/** What a standby would hold is copied into a schema of its own, in which nobody looks. */
export async function keepLaggingStandby({ postgres, database }: ProductionGround): Promise<LaggingStandby> {
  const copies = [...TABLES, 'epoch'].map(
    (table) => `CREATE TABLE standby.${table} AS TABLE public.${table}`,
  );
  await postgres.execute(
    transaction(['DROP SCHEMA IF EXISTS standby CASCADE', 'CREATE SCHEMA standby', ...copies]),
    database.url,
  );
  return {
    failOver: ({ renamed } = { renamed: false }) =>
      postgres.execute(transaction([...RESTORE, ...(renamed ? RENAME : [])]), database.url),
  };
}

// The epoch row first, as every change takes it.
const RESTORE = [
  'UPDATE epoch SET number = kept.number, id = kept.id FROM standby.epoch AS kept',
  ...TABLES.map((table) => `DELETE FROM ${table}`),
  ...TABLES.toReversed().map((table) => `INSERT INTO ${table} TABLE standby.${table}`),
];
const RENAME = [
  `UPDATE policy_log SET epoch_id = 'of-another-history' FROM epoch WHERE epoch_number = number AND epoch_id = id`,
  `UPDATE epoch SET id = 'of-another-history'`,
];

function transaction(statements: readonly string[]): string {
  return ['BEGIN', ...statements, 'COMMIT'].join(';\n');
}
