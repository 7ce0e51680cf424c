import { setTimeout } from 'node:timers/promises';
import type { Bench } from './bench.ts';
import { type ClosedLoop, openClosedLoop, type Span } from './load/closed-loop.ts';
import { expectCredentials, type JudgeAnswer } from './load/judge-answer.ts';
import { type ExchangeAsked, inTurns, tokenRequest } from './load/token-request.ts';
import type { Measured } from './measured.ts';
import type { Server } from './servers/start-server.ts';
import { type Slice, summarise } from './slice.ts';

/**
 * How a server is measured: in slices, each after one of the floor, so that a machine that slows down or is shared
 * slows both. Rates are medians over slices, so one disturbed slice does not count.
 */
export const SLICES = 5;

/** Enough to keep the server's core busy while a commit is waited for; more only lengthens the queue. */
const CONNECTIONS = 64;

/** Until the compiler has seen what is hot; by number, for a slow machine needs as many. */
export const WARM_UP = { milliseconds: 15_000, maxRequests: 20_000 };
/** The floor is warm from its own row on. */
const FLOOR_WARM_UP = { milliseconds: 5_000, maxRequests: 2_000 };
const SETTLE_EVERY_MS = 50;
const SETTLE_WITHIN_MS = 10_000;

/** A server under a closed loop of its own. */
export interface Measuring extends Disposable {
  readonly server: Server;
  slice(span: Span): Promise<Slice>;
}

export function openMeasuring(
  { signal }: Pick<Bench, 'signal'>,
  server: Server,
  judge: JudgeAnswer,
): Measuring {
  const load = openClosedLoop({ address: server.address, connections: CONNECTIONS, judge, signal });
  return {
    server,
    slice: (span) => measureSlice(server, load, span),
    [Symbol.dispose]: () => load.close(),
  };
}

async function measureSlice(server: Server, load: ClosedLoop, span: Span): Promise<Slice> {
  const cpuBefore = server.cpuMicros();
  const ownBefore = process.cpuUsage();
  const result = await load.run(span);
  const own = process.cpuUsage(ownBefore);
  const cpuAfter = server.cpuMicros();
  const micros = result.elapsedMs * 1000;
  await settle(server);
  const cpuSettled = server.cpuMicros();
  return {
    result,
    requestsPerSecond: (result.answered / result.elapsedMs) * 1000,
    // With what was left to do once all was answered: records that are written late are a cost of the exchange.
    serverCpuMicros: cpuBefore === null || cpuSettled === null ? null : cpuSettled - cpuBefore,
    serverPercent: cpuBefore === null || cpuAfter === null ? null : ((cpuAfter - cpuBefore) / micros) * 100,
    generatorPercent: ((own.user + own.system) / micros) * 100,
  };
}

/** Waits until the server has nothing left to do, so that it does not do it in the slice of another. */
async function settle(server: Server): Promise<void> {
  const startedMs = performance.now();
  let last = server.cpuMicros();
  while (last !== null && performance.now() - startedMs < SETTLE_WITHIN_MS) {
    await setTimeout(SETTLE_EVERY_MS);
    const now = server.cpuMicros();
    if (now === null || now - last < SETTLE_EVERY_MS * 1000 * 0.25) return;
    last = now;
  }
}

export interface AgainstFloor {
  readonly server: Server;
  /** Sent before anything is measured, again and again. */
  readonly warmUp: readonly ExchangeAsked[];
  /** Each slice sends these in turns; or, where each may be sent only once, its share of them. */
  readonly exchanges: readonly ExchangeAsked[];
  readonly isEachOnce?: boolean;
}

/** A row: the server and the floor in turns, slice by slice. */
export async function measureAgainstFloor(bench: Bench, what: AgainstFloor): Promise<Measured> {
  const { server, exchanges, isEachOnce = false } = what;
  using floor = openMeasuring(bench, bench.floor, await expectCredentials(bench.floor.issuer));
  using measuring = openMeasuring(bench, server, await expectCredentials(server.issuer));
  const warmUp = inTurns(what.warmUp.map((asked) => tokenRequest(server.address, asked)));
  await measuring.slice({ ...WARM_UP, source: warmUp });
  const floorSource = inTurns(what.warmUp.map((asked) => tokenRequest(bench.floor.address, asked)));
  await floor.slice({ ...FLOOR_WARM_UP, source: floorSource });

  const requests = exchanges.map((asked) => tokenRequest(server.address, asked));
  const share = Math.floor(requests.length / SLICES);
  const all = inTurns(requests);
  const milliseconds = (bench.seconds * 1000) / SLICES;
  const floorSlices: Slice[] = [];
  const slices: Slice[] = [];
  for (let index = 0; index < SLICES; index++) {
    bench.signal.throwIfAborted();
    floorSlices.push(await floor.slice({ milliseconds, source: floorSource }));
    slices.push(
      await measuring.slice({ milliseconds, source: all, ...(isEachOnce && { maxRequests: share }) }),
    );
  }
  bench.floorSlices.push(...floorSlices);
  return summarise(slices, { floorSlices, rssMiB: server.rssMiB() });
}

/** The floor alone, where nothing else is measured beside it. */
export async function measureFloor(bench: Bench, exchanges: readonly ExchangeAsked[]): Promise<void> {
  using floor = openMeasuring(bench, bench.floor, await expectCredentials(bench.floor.issuer));
  const source = inTurns(exchanges.map((asked) => tokenRequest(bench.floor.address, asked)));
  await floor.slice({ ...WARM_UP, source });
  for (let index = 0; index < SLICES; index++) {
    bench.signal.throwIfAborted();
    bench.floorSlices.push(await floor.slice({ milliseconds: (bench.seconds * 1000) / SLICES, source }));
  }
}
