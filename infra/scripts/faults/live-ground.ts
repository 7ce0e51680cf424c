import { adminToken, type SpawnedBroker } from '@symbolon/testkit';
import { type HalfOpenProxy, startHalfOpenProxy } from './half-open-proxy.ts';
import type { Asked } from './live-clients.ts';
import { createLiveOperator, type LiveOperator } from './live-operator.ts';
import { createWorld, ISSUER, type World } from './live-world.ts';
import { openProductionGround, type ProductionGround } from './production-ground.ts';

/** Two gateways on one database, one of them by a way on which listeners can go dead, and a process that only writes. */
export interface LiveGround {
  readonly world: World;
  readonly operator: LiveOperator;
  readonly production: ProductionGround;
  readonly proxy: HalfOpenProxy;
  /** Serves no exchanges. */
  readonly writer: Pick<SpawnedBroker, 'admin'>;
  /** `near` reaches the database itself, `far` by the proxy. */
  replicas(): Readonly<Record<'near' | 'far', SpawnedBroker>>;
  /** Two gateways with these settings in place of those; the ones before are stopped. */
  restart(settings: Readonly<Record<string, string>>): Promise<void>;
  gateways(): readonly Asked[];
  stop(): Promise<void>;
}

const CLIENTS_OF_EACH = 12;

export async function openLiveGround(): Promise<LiveGround> {
  const production = await openProductionGround();
  const { postgres, databaseUrl, startBroker, dataDir } = production;
  const proxy = await startHalfOpenProxy(postgres.port);
  const farUrl = databaseUrl.replace(`:${postgres.port}/`, `:${proxy.port}/`);
  const common = { SYMBOLON_ISSUER: ISSUER };
  const startBoth = (settings: Readonly<Record<string, string>> = {}) =>
    Promise.all([
      startBroker({ ...common, ...settings }),
      startBroker({ ...common, ...settings, SYMBOLON_DATABASE_URL: farUrl }),
    ]);
  let [near, far] = await startBoth();
  const writer = await startBroker(common, ['--role', 'admin']);
  const stopBoth = () => Promise.all([near.stop('SIGTERM'), far.stop('SIGTERM')]);
  const world = createWorld();
  const operator = await createLiveOperator({
    world,
    // The one that only writes makes half of the changes.
    admins: () => [writer.admin, writer.admin, near.admin, far.admin],
    adminToken: adminToken(dataDir),
  });
  return {
    world,
    operator,
    production,
    proxy,
    writer,
    replicas: () => ({ near, far }),
    async restart(settings) {
      await stopBoth();
      [near, far] = await startBoth(settings);
    },
    gateways: () => [
      { replica: 'near', url: near.gateway, clients: CLIENTS_OF_EACH },
      { replica: 'far', url: far.gateway, clients: CLIENTS_OF_EACH },
    ],
    async stop() {
      await stopBoth();
      await writer.stop('SIGTERM');
      await proxy.stop();
      await production.stop();
    },
  };
}
