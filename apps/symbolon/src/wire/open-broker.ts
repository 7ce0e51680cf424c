import type { OpenStores } from '@symbolon/storage/postgres';
import { servesAdmin } from '../config/run-options.ts';
import { startUpkeep } from '../serve/upkeep.ts';
import { assembleParts } from './assemble-parts.ts';
import type { Broker, BrokerOptions } from './broker.ts';
import { openStorage } from './open-storage.ts';
import { wireAdmin } from './wire-admin.ts';
import { wireGateway } from './wire-gateway.ts';
import { wireProbes } from './wire-probes.ts';

/*
 * The composition root: the files of this folder alone know which adapter stands behind which port. Here is the order
 * of a start; `assembleParts` makes what the servers have in common, and each server is wired in a file of its own.
 * What serves requests is never handed the stores or another part whole: it is given the functions that it needs, by
 * name, so that what it can reach is read off the file that wires it.
 */

/** Opens everything that a broker needs. After a throw nothing is held. */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { config, log } = options;
  const opened = await openStorage(config);
  if (config.storage.kind === 'embedded') {
    log.info({}, 'embedded database: what is acknowledged survives a killed process, not a power cut');
  }
  try {
    return await openOnStores(options, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function openOnStores(options: BrokerOptions, { stores, close }: OpenStores): Promise<Broker> {
  const parts = await assembleParts(options, stores);
  const { gateway, policies, draining } = parts;
  const doors = gateway === null ? null : wireGateway(parts, gateway);
  const handlers = {
    ...(doors !== null && { gateway: doors.handle }),
    ...(servesAdmin(options.config.role) && { admin: wireAdmin(parts, stores) }),
    metrics: wireProbes(parts),
  };
  // Last, for what is wired before may throw.
  const upkeep = startUpkeep(parts);
  return {
    handlers,
    tokenDoor: doors?.tokenDoor ?? null,
    readMetricsAsData: parts.metrics.readMetricsAsData,
    startDraining: draining.start,
    async close() {
      await policies.close();
      await upkeep.stop();
      await gateway?.clusterStatus.withdraw();
      const { lostEvents } = await close();
      if (lostEvents > 0)
        options.log.error({ lostEvents }, 'audit events could not be written before the end');
    },
  };
}
