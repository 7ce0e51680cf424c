import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openClosedLoop } from '../../bench/load/closed-loop.ts';
import { expectRefusals } from '../../bench/load/judge-answer.ts';
import { percentile } from '../../bench/load/percentile.ts';
import { tokenRequest } from '../../bench/load/token-request.ts';
import { AUDIENCE } from './exchange-objects.ts';
import { exchangesIn } from './judge-suffered.ts';
import { createJunk, JUNK_REASONS } from './junk-requests.ts';
import { type Outcomes, startLoad } from './load.ts';
import { tally } from './tally.ts';
import { openTroubleGround, type TroubleGround } from './trouble-ground.ts';

/* A flood of tokens that prove nothing: it must cost those who sent it, and nobody else. */

const WARM_UP = 10_000;
const JUNK = 100_000;
const CONNECTIONS = 64;
const FLOOD_WITHIN_MS = 120_000;
const MAX_GROWTH_MIB = 64;
/** Between two readings of a cluster's keys that unknown key ids bring on. */
const COOL_DOWN_MS = 30_000;
/** What a broker does by itself: four polls of the epoch, and now and then something else. */
const OWN_TRANSACTIONS_PER_SECOND = 10;

let ground: TroubleGround;
beforeAll(async () => {
  ground = await openTroubleGround({ clusterAlgorithm: 'ES256' });
});
afterAll(() => ground.stop());

test('100,000 junk tokens: no row but summaries, no call for them, memory stays, and a good caller is served', async () => {
  const { broker, tokens, cluster, ask } = ground;
  const junk = createJunk(cluster, broker.issuer);
  const { hostname: host, port } = new URL(broker.issuer);
  const address = { host, port: Number(port) };
  const loop = openClosedLoop({ address, connections: CONNECTIONS, judge: expectRefusals });
  let sent = 0;
  const next = () => tokenRequest(address, { subjectToken: junk(sent++), audience: AUDIENCE });
  const flood = (maxRequests: number) =>
    loop.run({ milliseconds: FLOOD_WITHIN_MS, source: { next }, maxRequests });
  const good = startLoad({ issuer: broker.issuer, tokens, audience: AUDIENCE, clients: 2 });

  // By then the cluster's keys were read for the first time.
  await expect.poll(() => good.outcomes().length, { timeout: 10_000 }).toBeGreaterThan(0);
  const startedMs = performance.now();
  const keyReads = cluster.requests('/openid/v1/jwks').length;
  await flood(WARM_UP);
  const warmMiB = await residentMiB(broker.pid);
  const rowsBefore = await countRows(ask);
  const transactionsBefore = await countTransactions(ask);
  const exchangesBefore = good.outcomes().length;
  const { answered, elapsedMs } = await flood(JUNK);
  const grownMiB = (await residentMiB(broker.pid)) - warmMiB;
  const exchanges = good.outcomes().length - exchangesBefore;
  const transactions = (await countTransactions(ask)) - transactionsBefore - exchanges;
  const fetched = cluster.requests('/openid/v1/jwks').length - keyReads;
  const floodedMs = performance.now() - startedMs;
  const rows = await countRows(ask);
  const outcomes = await good.stop();
  loop.close();

  report({ answered, elapsedMs, outcomes, warmMiB, grownMiB, transactions, fetched });
  expect(answered).toBe(JUNK);
  expect(tally(outcomes)).toEqual({ 200: outcomes.length });
  expect(outcomes.length).toBeGreaterThan(100);
  expect(grownMiB).toBeLessThan(MAX_GROWTH_MIB);
  expect(fetched).toBeLessThanOrEqual(1 + Math.floor(floodedMs / COOL_DOWN_MS));
  expect(transactions).toBeLessThan((OWN_TRANSACTIONS_PER_SECOND * floodedMs) / 1_000);
  // Exchanges of the good caller and summaries came to the audit trail, and nothing else anywhere.
  // A row for the one cluster in each of these, written every few seconds whatever comes.
  const ofTheirOwnTime = { audit_events: 0, cluster_status: 0, key_snapshots: 0 };
  expect({ ...rows, ...ofTheirOwnTime }).toEqual({ ...rowsBefore, ...ofTheirOwnTime });
  expect([rows.cluster_status, rows.key_snapshots]).toEqual([1, 1]);

  // It writes what it counted when it ends, and at most once a minute before.
  await broker.stop('SIGTERM');
  const summaries = await ask<{ readonly reason: string; readonly count: number; readonly rows: number }>(
    `SELECT reason, sum((event ->> 'count')::int)::int AS count, count(*)::int AS rows
     FROM audit_events WHERE kind = 'refusals' GROUP BY reason`,
  );
  const perReason = (WARM_UP + JUNK) / JUNK_REASONS.length;
  expect(Object.fromEntries(summaries.map(({ reason, count }) => [reason, count]))).toEqual(
    Object.fromEntries(JUNK_REASONS.map((reason) => [reason, perReason])),
  );
  for (const { rows } of summaries) expect(rows).toBeLessThanOrEqual(2 + Math.floor(floodedMs / 60_000));
  expect((await exchangesIn(ask)).length).toBe(outcomes.length);
});

async function residentMiB(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) / 1024;
}

/** Of every table. */
async function countRows(ask: TroubleGround['ask']): Promise<Readonly<Record<string, number>>> {
  const tables = await ask<{ readonly name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await ask<{ readonly count: number }>(`SELECT count(*)::int AS count FROM "${name}"`);
    counts[name] = row?.count ?? 0;
  }
  return counts;
}

/** That were committed in the database so far. */
async function countTransactions(ask: TroubleGround['ask']): Promise<number> {
  const [row] = await ask<{ readonly committed: number }>(
    'SELECT xact_commit::int AS committed FROM pg_stat_database WHERE datname = current_database()',
  );
  return row?.committed ?? 0;
}

function report(numbers: {
  readonly answered: number;
  readonly elapsedMs: number;
  readonly outcomes: Outcomes;
  readonly warmMiB: number;
  readonly grownMiB: number;
  readonly transactions: number;
  readonly fetched: number;
}): void {
  const { answered, elapsedMs, outcomes, warmMiB, grownMiB, transactions, fetched } = numbers;
  const latencies = Float64Array.from(outcomes, ({ startedMs, endedMs }) => endedMs - startedMs).toSorted();
  console.log('junk', {
    tokensPerSecond: Math.round((answered * 1_000) / elapsedMs),
    elapsedMs: Math.round(elapsedMs),
    goodAnswers: outcomes.length,
    goodP50Ms: percentile(latencies, 50).toFixed(1),
    goodP99Ms: percentile(latencies, 99).toFixed(1),
    residentMiB: Math.round(warmMiB),
    grownMiB: Math.round(grownMiB),
    otherTransactions: transactions,
    keyReads: fetched,
  });
}
