import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  adminToken,
  MAIN,
  type SpawnedBroker,
  type StandInCluster,
  spawnBroker,
  startStandInCluster,
} from '@symbolon/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUDIENCE, issueTokens, writeExchangeObjects } from './exchange-objects.ts';
import { judgeTrail } from './judge-trail.ts';
import { type Load, startLoad } from './load.ts';
import { type LoadBalancer, startLoadBalancer } from './start-load-balancer.ts';
import { tally } from './tally.ts';

/*
 * The embedded database ends with its broker. Behind an address that stays, the broker is killed over and over while
 * callers go on; what they were given is compared with what the last one started on the folder knows of.
 */

const CLIENTS = 50;
const KILLS = 10;
/** From the start of a process to a request that is served: a machine under test has more to do than this. */
const SERVED_WITHIN_MS = 30_000;

let dataDir = '';
let cluster: StandInCluster;
let balancer: LoadBalancer;
let broker: SpawnedBroker;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'symbolon-faults-'));
  [cluster, balancer] = await Promise.all([startStandInCluster(), startLoadBalancer()]);
  await startOnFolder();
  await writeExchangeObjects({ dataDir, ...broker }, cluster);
});
afterAll(async () => {
  await broker.stop('SIGTERM');
  await Promise.all([balancer.stop(), cluster.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
});

async function startOnFolder(): Promise<void> {
  const settings = { SYMBOLON_DATA_DIR: dataDir, SYMBOLON_ISSUER: balancer.url };
  broker = await spawnBroker({ entry: MAIN, cwd: dataDir, settings });
  balancer.add(broker.gateway);
}

test('A51: on the embedded database no credential is without its record though the broker is killed 10 times', async () => {
  const load = startLoad({
    issuer: balancer.url,
    tokens: issueTokens(cluster, balancer.url, 200),
    audience: AUDIENCE,
    clients: CLIENTS,
    maxPauseMs: 50,
    backOffMs: 500,
  });
  const outagesMs: number[] = [];
  while (outagesMs.length < KILLS) {
    await served(load);
    await delay(200 + Math.random() * 1_000);
    const killedMs = performance.now();
    await broker.stop('SIGKILL');
    balancer.remove(broker.gateway);
    await startOnFolder();
    outagesMs.push(performance.now() - killedMs);
  }
  await served(load);
  const outcomes = await load.stop();
  const recorded = await readRecorded();
  console.log('brokers on the embedded database killed', {
    kills: outagesMs.length,
    requests: outcomes.length,
    ...tally(outcomes),
    recorded: recorded.length,
    longestOutageMs: Math.round(Math.max(...outagesMs)),
  });

  // The load balancer's own words while nobody is behind it.
  const others = Object.keys(tally(outcomes)).filter((way) => way !== '200' && way !== '502 MALFORMED');
  expect(others).toEqual([]);
  const { issued, ...wrong } = judgeTrail(outcomes, recorded);
  expect(wrong).toEqual({ missing: [], issuedTwice: [], recordedTwice: [] });
  expect(issued).toBeGreaterThan(1_000);
});

/** Once a request that ends from now on is served. */
async function served(load: Load): Promise<void> {
  const seen = load.outcomes().length;
  const isServed = () =>
    load
      .outcomes()
      .slice(seen)
      .some(({ status }) => status === 200);
  await expect.poll(isServed, { timeout: SERVED_WITHIN_MS, interval: 10 }).toBe(true);
}

interface Page {
  readonly items: readonly { readonly credential: { readonly jti: string } }[];
  readonly nextCursor: string | null;
}

async function readRecorded(): Promise<readonly string[]> {
  const url = new URL('/admin/v1/audit-events?kind=exchange&outcome=issued&limit=500', broker.admin);
  const jtis: string[] = [];
  for (;;) {
    const answer = await fetch(url, { headers: { Authorization: `Bearer ${adminToken(dataDir)}` } });
    if (!answer.ok) throw new Error(`the trail cannot be read: ${answer.status} ${await answer.text()}`);
    const { items, nextCursor } = (await answer.json()) as Page;
    jtis.push(...items.map(({ credential }) => credential.jti));
    if (nextCursor === null) return jtis;
    url.searchParams.set('cursor', nextCursor);
  }
}
