import { setTimeout as delay } from 'node:timers/promises';
import { type SpawnedBroker, type StandInCluster, startStandInCluster } from '@symbolon/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUDIENCE, issueTokens, writeExchangeObjects } from './exchange-objects.ts';
import { judgeTrail } from './judge-trail.ts';
import { type Load, type Outcome, type Outcomes, startLoad } from './load.ts';
import { openProductionGround, type ProductionGround } from './production-ground.ts';
import { tally } from './tally.ts';

/*
 * PostgreSQL crashes and comes back, over and over, while callers go on. What they were given is noted outside of the
 * broker, as it arrives, and compared with what the trail holds in the end.
 */

const CLIENTS = 50;
const CRASHES = 20;
const CRASHES_WHEN_RELAXED = 3;
/** From when PostgreSQL accepts connections to a request that is served. */
const RECOVERED_WITHIN_MS = 5_000;
/** Of any request, whatever happens to the database meanwhile. */
const ANSWERED_WITHIN_MS = 6_000;

let ground: ProductionGround;
let cluster: StandInCluster;
let durable: SpawnedBroker;

beforeAll(async () => {
  [ground, cluster] = await Promise.all([openProductionGround(), startStandInCluster()]);
  durable = await ground.startBroker();
  await writeExchangeObjects({ ...ground, ...durable }, cluster);
});
afterAll(async () => {
  await durable.stop('SIGTERM');
  await Promise.all([ground.stop(), cluster.stop()]);
});

test('A51: no credential is without its record though PostgreSQL crashes 20 times, and while it is away none is issued', async () => {
  const load = startLoadOn(durable);
  const crashes = await crashOften(load, CRASHES);
  const outcomes = await load.stop();
  const recorded = await readRecorded();
  report(outcomes, crashes, recorded);

  const ways = Object.keys(tally(outcomes));
  expect(ways.filter((way) => !/^(?:200|503 \w+_unavailable)$/.test(way))).toEqual([]);
  for (const { goneMs, backMs } of crashes) {
    const away = outcomes.filter(({ startedMs, endedMs }) => startedMs > goneMs && endedMs < backMs);
    expect(away.length).toBeGreaterThan(0);
    expect(away.filter(({ status }) => status !== 503)).toEqual([]);
  }
  expect(longestOf(outcomes.map(durationMs))).toBeLessThan(ANSWERED_WITHIN_MS);
  const { issued, ...wrong } = judgeTrail(outcomes, recorded);
  expect(wrong).toEqual({ missing: [], issuedTwice: [], recordedTwice: [] });
  expect(issued).toBeGreaterThan(1_000);
});

test('with relaxed audit every exchange is served though PostgreSQL crashes, and its record is written once it is back', async () => {
  const relaxed = await ground.startBroker({ SYMBOLON_AUDIT: 'relaxed' });
  const load = startLoadOn(relaxed);
  const crashes = await crashOften(load, CRASHES_WHEN_RELAXED);
  const outcomes = await load.stop();
  expect(await relaxed.stop('SIGTERM')).toBe(0);
  const recorded = await readRecorded();
  report(outcomes, crashes, recorded);

  expect(tally(outcomes)).toEqual({ 200: outcomes.length });
  expect(judgeTrail(outcomes, recorded)).toMatchObject({
    issued: outcomes.length,
    missing: [],
    issuedTwice: [],
  });
});

function startLoadOn({ issuer }: SpawnedBroker): Load {
  const tokens = issueTokens(cluster, issuer, 200);
  return startLoad({ issuer, tokens, audience: AUDIENCE, clients: CLIENTS, maxPauseMs: 100 });
}

/** Times are of `performance.now()`. */
interface Crash {
  /** The last of its processes had ended. */
  readonly goneMs: number;
  /** It was about to be started again. */
  readonly backMs: number;
  /** It accepted connections. */
  readonly acceptsMs: number;
  /** The first request after that was served. */
  readonly servedMs: number;
}

async function crashOften(load: Load, times: number): Promise<readonly Crash[]> {
  const crashes: Crash[] = [];
  while (crashes.length < times) {
    await delay(between(100, 1_200));
    crashes.push(await crash(load));
  }
  return crashes;
}

/** Kills PostgreSQL in the middle of what it does, starts it a moment later, and waits until the broker serves. */
async function crash(load: Load): Promise<Crash> {
  const processes = await ground.postgres.select(
    'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
  );
  // First the one that would see the others die and tell the rest; then those, for they would end what they are about,
  // and answer, before they found it gone.
  const gone = ground.postgres.kill('SIGKILL');
  for (const { pid } of processes) killIfAlive(Number(pid));
  await gone;
  const goneMs = performance.now();
  await delay(between(200, 1_000));
  const backMs = performance.now();
  await ground.postgres.restart();
  const acceptsMs = performance.now();
  const seen = load.outcomes().length;
  const firstServed = () =>
    load
      .outcomes()
      .slice(seen)
      .find(({ status }) => status === 200);
  await expect.poll(firstServed, { timeout: RECOVERED_WITHIN_MS, interval: 10 }).toBeDefined();
  return { goneMs, backMs, acceptsMs, servedMs: performance.now() };
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It found out by itself.
  }
}

function between(least: number, most: number): number {
  return least + Math.random() * (most - least);
}

async function readRecorded(): Promise<readonly string[]> {
  const rows = await ground.postgres.select(
    `SELECT credential_jti AS jti FROM audit_events WHERE kind = 'exchange' AND outcome = 'issued'`,
    ground.database.url,
  );
  return rows.map(({ jti }) => String(jti));
}

function durationMs({ startedMs, endedMs }: Outcome): number {
  return endedMs - startedMs;
}

function longestOf(timesMs: readonly number[]): number {
  return Math.round(timesMs.reduce((longest, one) => Math.max(longest, one), 0));
}

function report(outcomes: Outcomes, crashes: readonly Crash[], recorded: readonly string[]): void {
  console.log('PostgreSQL crashed', {
    crashes: crashes.length,
    requests: outcomes.length,
    ...tally(outcomes),
    recorded: recorded.length,
    longestAnswerMs: longestOf(outcomes.map(durationMs)),
    longestRecoveryMs: longestOf(crashes.map(({ acceptsMs, servedMs }) => servedMs - acceptsMs)),
    longestOutageMs: longestOf(crashes.map(({ goneMs, servedMs }) => servedMs - goneMs)),
  });
}
