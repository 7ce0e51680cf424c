import type { Epoch } from '@symbolon/core';
import type { AuditMode } from '../audit-mode.ts';
import { createEpochListeners } from '../epoch-listeners.ts';
import type { Stores } from '../stores.ts';
import { createAdminAccess } from './admin-access.ts';
import { createAuditTrail } from './audit-trail.ts';
import { createChangeConfiguration } from './change-configuration.ts';
import { createClusterStatusStore } from './cluster-status.ts';
import type { Database } from './database.ts';
import { createDurableRecorder, createRelaxedRecorder } from './exchange-recorder.ts';
import { createFollowConfiguration } from './follow-configuration.ts';
import { createIdempotencyStore } from './idempotency.ts';
import { createKeyEncryptionCheckStore } from './key-encryption-check.ts';
import { createKeySnapshotStore } from './key-snapshots.ts';
import { type ConnectListener, listenForEpochs } from './listen-for-epochs.ts';
import { createReadConfiguration } from './read-configuration.ts';
import { createReadSnapshot } from './read-snapshot.ts';
import { createSealedKeyPairStore } from './sealed-key-pairs.ts';
import { createSigningKeyStore } from './signing-keys.ts';
import { createReadTombstones } from './tombstones.ts';

export interface PostgresStoresOptions {
  /** Default: durable. */
  readonly audit?: AuditMode;
  /** Another way to the same database, for the batches of exchanges: nothing else keeps them waiting then. */
  readonly auditDatabase?: Database;
  /** Another one, for what is asked to follow the configuration: exchanges may wait for that as well. */
  readonly followDatabase?: Database;
  /**
   * Left out, `listenForEpochs` hears of the changes of this process alone, and of those at once: enough where it is
   * the only one, as on PGlite, whose one connection nobody can keep to listen on.
   */
  readonly connectListener?: ConnectListener;
}

/**
 * Every store over one migrated database, and `drain`, which waits until what was to be recorded is and says how many
 * events never were.
 */
export function createPostgresStores(
  database: Database,
  {
    audit = 'durable',
    auditDatabase = database,
    followDatabase = database,
    connectListener,
  }: PostgresStoresOptions = {},
): {
  readonly stores: Stores;
  drain(): Promise<{ readonly lostEvents: number }>;
} {
  const recorder =
    audit === 'durable' ? createDurableRecorder(auditDatabase) : createRelaxedRecorder(auditDatabase);
  const own = createEpochListeners();
  const listeners =
    connectListener === undefined
      ? own
      : { listenForEpochs: (heard: (epoch: Epoch) => void) => listenForEpochs(connectListener, heard) };
  return {
    stores: {
      ...createReadConfiguration(database),
      ...createReadSnapshot(followDatabase),
      ...createReadTombstones(database),
      ...createFollowConfiguration(followDatabase, listeners),
      ...createChangeConfiguration(database, own.announce),
      ...createIdempotencyStore(database),
      ...createSigningKeyStore(database),
      ...createSealedKeyPairStore(database),
      ...createKeyEncryptionCheckStore(database),
      ...createClusterStatusStore(database),
      ...createKeySnapshotStore(database),
      ...createAdminAccess(database),
      ...createAuditTrail(database, recorder),
    },
    drain: async () => ({ lostEvents: await recorder.close() }),
  };
}
