/*
 * The stores in memory, for tests and for whatever needs no more than one process's life. They keep every promise
 * that the ports make except durability, which the conformance suites hold them to as they do the real ones.
 */
import type { Stores } from '../stores.ts';
import { createMemoryAudit } from './audit.ts';
import { createMemoryConfiguration } from './configuration.ts';
import { createMemoryIdempotency } from './idempotency.ts';
import { createMemoryKeys } from './keys.ts';

export type { Stores } from '../stores.ts';

export function createMemoryStores(): Stores {
  const { append, ...audit } = createMemoryAudit();
  return {
    ...audit,
    ...createMemoryConfiguration({ append }),
    ...createMemoryIdempotency(),
    ...createMemoryKeys(),
  };
}
