import { afterAll, beforeAll, describe } from 'vitest';
import { describeStores } from '../../conformance/index.ts';
import type { OpenStores, Stores } from '../../stores.ts';
import type { Database } from '../database.ts';
import { openPostgres } from './open-postgres.ts';
import { emptyTables, migrationsDir, ownerOf, useServer, VERSIONS } from './test-support.ts';

/*
 * Everything that a store promises, each port under a login that has the role of the process that uses it and no other:
 * what a role lacks, a suite misses.
 */

for (const version of VERSIONS) {
  describe(`under the roles of PostgreSQL ${version}`, () => {
    const server = useServer(version);
    let owner: Database;
    let opened: readonly OpenStores[];
    let stores: Stores;

    beforeAll(async () => {
      const { database, gateway, admin } = server();
      owner = ownerOf(database.url);
      const open = (url: string) => openPostgres({ url, migrationsDir, applicationName: 'symbolon test' });
      const [byGateway, byAdmin, byOwner] = await Promise.all([
        open(gateway.urlOf(database)),
        open(admin.urlOf(database)),
        open(database.url),
      ]);
      opened = [byGateway, byAdmin, byOwner];
      stores = {
        ...byAdmin.stores,
        ...gatewayPorts(byGateway.stores),
        // By `symbolon admin reset-token`, with the login that owns the schema.
        resetBreakGlass: byOwner.stores.resetBreakGlass,
      };
    });
    afterAll(async () => {
      await Promise.all(opened.map(({ close }) => close()));
      await owner.close();
    });

    describeStores(`PostgreSQL ${version}`, async () => {
      await emptyTables(owner);
      return stores;
    });
  });
}

/** What a process with the role of the gateway calls. */
function gatewayPorts(stores: Stores) {
  return Object.fromEntries(GATEWAY_PORTS.map((port) => [port, stores[port]]));
}

const GATEWAY_PORTS = [
  'readSnapshot',
  'readEpoch',
  'readChanges',
  'listenForEpochs',
  'readClusterCredential',
  'recordExchange',
  'auditQueue',
  'recordRefusals',
  'readSigningKeys',
  'changeSigningKeys',
  'readSealedKeyPair',
  'ensureSealedKeyPair',
  'ensureKeyEncryptionCheck',
  'writeClusterStatus',
  'writeKeySnapshot',
] as const satisfies readonly (keyof Stores)[];
