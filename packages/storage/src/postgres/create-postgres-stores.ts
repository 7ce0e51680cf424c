import type { Stores } from '../stores.ts';
import { createAuditTrail } from './audit-events.ts';
import { createChangeConfiguration } from './change-configuration.ts';
import type { Database } from './database.ts';
import { createIdempotencyStore } from './idempotency.ts';
import { createReadConfiguration } from './read-configuration.ts';
import { createReadSnapshot } from './read-snapshot.ts';
import { createSealedKeyPairStore } from './sealed-key-pairs.ts';
import { createSigningKeyStore } from './signing-keys.ts';
import { createReadTombstones } from './tombstones.ts';

/** Every store over one migrated database, and `drain`, which waits until what was to be recorded is. */
export function createPostgresStores(database: Database): {
  readonly stores: Stores;
  drain(): Promise<void>;
} {
  const { close, ...auditTrail } = createAuditTrail(database);
  return {
    stores: {
      ...createReadConfiguration(database),
      ...createReadSnapshot(database),
      ...createReadTombstones(database),
      ...createChangeConfiguration(database),
      ...createIdempotencyStore(database),
      ...createSigningKeyStore(database),
      ...createSealedKeyPairStore(database),
      ...auditTrail,
    },
    drain: close,
  };
}
