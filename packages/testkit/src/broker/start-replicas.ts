import { type SpawnBrokerOptions, type SpawnedBroker, spawnBroker } from './spawn-broker.ts';
import { createTurns, startRoundRobin } from './start-round-robin.ts';

const REPLICAS = 2;

/**
 * Replicas on one database, started at once as a deployment does it, behind a load balancer whose address is their
 * issuer. What answers is one broker to whoever asks.
 */
export async function startReplicas(options: SpawnBrokerOptions): Promise<SpawnedBroker> {
  const turns = createTurns();
  const [gateway, admin] = await Promise.all([startRoundRobin(turns), startRoundRobin(turns)]);
  const stopDoors = () => Promise.all([gateway.stop(), admin.stop()]);
  const settings = { SYMBOLON_ISSUER: gateway.url, ...options.settings };
  const starts = Array.from({ length: REPLICAS }, () => spawnBroker({ ...options, settings }));
  const started = await Promise.allSettled(starts);
  const replicas = started.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const failed = started.find((start) => start.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(replicas.map((replica) => replica.stop('SIGKILL')));
    await stopDoors();
    throw failed.reason;
  }
  gateway.serve(replicas.map((replica) => replica.gateway));
  admin.serve(replicas.map((replica) => replica.admin));
  return {
    issuer: settings.SYMBOLON_ISSUER,
    gateway: gateway.url,
    admin: admin.url,
    pid: replicas[0]?.pid ?? 0,
    log: () => replicas.map((replica) => replica.log()).join('\n'),
    async stop(signal) {
      const codes = await Promise.all(replicas.map((replica) => replica.stop(signal)));
      await stopDoors();
      const [code = 0] = codes.filter((one) => one !== 0);
      return code;
    },
  };
}
