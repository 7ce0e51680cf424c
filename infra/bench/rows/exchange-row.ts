import type { Bench } from '../bench.ts';
import { putRule, RULES_BY_API } from '../ground/configure.ts';
import type { RuleCount } from '../ground/databases.ts';
import type { Ground } from '../ground/ground.ts';
import { measureAgainstFloor } from '../measure.ts';
import type { Measured } from '../measured.ts';
import type { BenchRow } from '../row.ts';
import type { Server } from '../servers/start-server.ts';

export interface ExchangeRowOptions extends Pick<BenchRow, 'name' | 'what'> {
  readonly isSlow?: boolean;
  readonly database: 'embedded' | 'postgres';
  readonly audit: 'durable' | 'relaxed';
  /** Default: 100. */
  readonly ruleCount?: RuleCount;
  /** Each subject token is seen once. Default: seen before. */
  readonly isCold?: boolean;
}

const WARM_TOKENS = 1_000;
/** Enough for five slices of a second each at 8,000 a second; a faster server's slices end sooner. */
const COLD_TOKENS = 40_000;

/** A row that exchanges tokens in a closed loop. */
export function exchangeRow(options: ExchangeRowOptions): BenchRow {
  const { name, what, isSlow = false } = options;
  return { name, what, isSlow, run: (bench) => measure(bench, options) };
}

async function measure(bench: Bench, options: ExchangeRowOptions): Promise<Measured> {
  const { database, audit, ruleCount = 100, isCold = false } = options;
  const ground =
    database === 'embedded' ? await bench.databases.embedded() : await bench.databases.postgres(ruleCount);
  const warm = await bench.exchanges(WARM_TOKENS, ruleCount);
  if (isCold) bench.progress(`signing ${COLD_TOKENS} subject tokens`);
  const cold = isCold ? await bench.exchanges(COLD_TOKENS, ruleCount) : null;
  await using server = await bench.startBroker(ground, { env: { SYMBOLON_AUDIT: audit } });
  const sent = { warmUp: warm, exchanges: cold ?? warm, isEachOnce: isCold };
  const measured = await measureAgainstFloor(bench, { server, ...sent });
  return ruleCount === RULES_BY_API ? measured : { ...measured, note: await tellOfManyRules(ground, server) };
}

/** What many rules cost beside the exchanges: a start, a change of one of them, and memory. */
async function tellOfManyRules({ adminToken }: Ground, server: Server): Promise<string> {
  const { ready, startMs } = server;
  const changedMs = performance.now();
  await putRule({ url: String(ready.admin), token: adminToken }, 0, `changed at ${Date.now()}`);
  const inForceMs = performance.now() - changedMs;
  return [
    `ready after ${(startMs / 1000).toFixed(1)} s`,
    `a changed rule in force after ${inForceMs.toFixed(0)} ms`,
    `heap ${(await heapMiBOf(server)).toFixed(0)} MiB`,
  ].join('; ');
}

/** As the broker's own metrics say: with what the collector has not yet found to be garbage. */
async function heapMiBOf({ issuer }: Server): Promise<number> {
  const metrics = await (await fetch(`${issuer}/metrics`)).text();
  return Number(/^nodejs_heap_size_used_bytes (\S+)/m.exec(metrics)?.[1] ?? NaN) / 2 ** 20;
}
