import { type SpawnedBroker, type StandInCluster, startStandInCluster } from '@symbolon/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { AUDIENCE, issueTokens, writeExchangeObjects } from './exchange-objects.ts';
import { startLoad } from './load.ts';
import { openProductionGround, type ProductionGround } from './production-ground.ts';
import { type LoadBalancer, startLoadBalancer } from './start-load-balancer.ts';
import { tally } from './tally.ts';

/*
 * Two replicas behind a load balancer are replaced one after the other, as an upgrade replaces them, while callers go
 * on. One is gone before the next comes, so that half of the time one carries it all. The second has two workers.
 */

const CLIENTS = 50;
const RESTARTS_OF_EACH = 3;

let ground: ProductionGround;
let cluster: StandInCluster;
let balancer: LoadBalancer;
const replicas: SpawnedBroker[] = [];

beforeAll(async () => {
  [ground, cluster, balancer] = await Promise.all([
    openProductionGround(),
    startStandInCluster(),
    startLoadBalancer(),
  ]);
  replicas.push(await startReplica(0), await startReplica(1));
  await bothReady();
  const [first] = replicas;
  if (first !== undefined) await writeExchangeObjects({ ...ground, ...first }, cluster);
});
afterAll(async () => {
  await Promise.all(replicas.map(({ stop }) => stop('SIGTERM')));
  await balancer.stop();
  await Promise.all([ground.stop(), cluster.stop()]);
});

async function startReplica(index: number): Promise<SpawnedBroker> {
  const settings = { SYMBOLON_ISSUER: balancer.url, SYMBOLON_METRICS_LISTEN: '127.0.0.1:0' };
  const replica = await ground.startBroker(settings, index === 0 ? [] : ['--workers', '2']);
  balancer.add(replica.gateway);
  return replica;
}

function bothReady(): Promise<void> {
  return vi.waitFor(() => expect(balancer.readyCount()).toBe(2), { timeout: 10_000 });
}

/** Ends a replica as Kubernetes does, and puts another in its place. Its end, in milliseconds from the signal. */
async function replace(index: number): Promise<number> {
  const leaving = replicas[index];
  if (leaving === undefined) throw new Error(`there is no replica ${index}`);
  const startedMs = performance.now();
  expect(await leaving.stop('SIGTERM')).toBe(0);
  const endedMs = performance.now();
  balancer.remove(leaving.gateway);
  replicas[index] = await startReplica(index);
  await bothReady();
  return endedMs - startedMs;
}

test('no request is lost while both replicas are replaced three times under load', async () => {
  const load = startLoad({
    issuer: balancer.url,
    tokens: issueTokens(cluster, balancer.url, 200),
    audience: AUDIENCE,
    clients: CLIENTS,
    maxPauseMs: 100,
  });
  const ends: number[] = [];
  for (let round = 0; round < RESTARTS_OF_EACH; round += 1) ends.push(await replace(0), await replace(1));
  const outcomes = await load.stop();
  console.log('replicas replaced', {
    restarts: ends.length,
    requests: outcomes.length,
    ...tally(outcomes),
    longestEndMs: Math.round(Math.max(...ends)),
  });
  expect(tally(outcomes)).toEqual({ 200: outcomes.length });
  expect(outcomes.length).toBeGreaterThan(1_000);
});
