/*
 * The stores in memory, for tests and for whatever needs no more than one process's life. They keep every promise
 * that the ports make except durability, which the conformance suites hold them to as they do the real ones.
 */
import type { AuditMode } from '../audit-mode.ts';
import type { Stores } from '../stores.ts';
import { createMemoryAdminAccess } from './admin-access.ts';
import { createMemoryAudit } from './audit.ts';
import { createMemoryClusterStatus } from './cluster-status.ts';
import { createMemoryConfiguration } from './configuration.ts';
import { createMemoryIdempotency } from './idempotency.ts';
import { createMemoryKeys } from './keys.ts';

export type { Stores } from '../stores.ts';

export function createMemoryStores({ audit: mode = 'durable' }: { readonly audit?: AuditMode } = {}): Stores {
  const { append, ...audit } = createMemoryAudit({ mode, currentEpoch: () => currentEpoch() });
  const { currentEpoch, ...configuration } = createMemoryConfiguration({ append });
  return {
    ...audit,
    ...configuration,
    ...createMemoryIdempotency(),
    ...createMemoryKeys(),
    ...createMemoryClusterStatus(),
    ...createMemoryAdminAccess({ append }),
  };
}
