/*
 * What the ports promise, as tests that every store must pass alike: the ones in memory in the unit tier, the ones
 * on a real engine in the integration tier. A suite knows the ports and nothing of who implements them.
 */
import { describe } from 'vitest';
import { describeAdminAccess } from './admin-access.ts';
import { describeAuditSearch } from './audit-search.ts';
import { describeAuditTrail } from './audit-trail.ts';
import { describeChanges } from './changes.ts';
import { describeClusterStatus } from './cluster-status.ts';
import { describeConfiguration } from './configuration.ts';
import { describeConstraints } from './constraints.ts';
import { describeExchangesAtEpoch } from './exchanges-at-epoch.ts';
import { describeFollowing } from './following.ts';
import { describeIdempotency } from './idempotency.ts';
import { describeKeyStores } from './key-stores.ts';
import type { FreshStores } from './open-stores.ts';
import { describeTombstones } from './tombstones.ts';

export function describeStores(engine: string, fresh: FreshStores): void {
  describe(engine, () => {
    describeConfiguration(fresh);
    describeChanges(fresh);
    describeConstraints(fresh);
    describeTombstones(fresh);
    describeAuditTrail(fresh);
    describeAuditSearch(fresh);
    describeIdempotency(fresh);
    describeKeyStores(fresh);
    describeExchangesAtEpoch(fresh);
    describeFollowing(fresh);
    describeClusterStatus(fresh);
    describeAdminAccess(fresh);
  });
}
