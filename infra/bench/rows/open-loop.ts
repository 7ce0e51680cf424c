import { expectCredentials } from '../load/judge-answer.ts';
import { runOpenLoop } from '../load/open-loop.ts';
import { median, percentile } from '../load/percentile.ts';
import { inTurns, tokenRequest } from '../load/token-request.ts';
import { measureAgainstFloor, SLICES } from '../measure.ts';
import { NOTHING_MEASURED } from '../measured.ts';
import type { BenchRow } from '../row.ts';
import type { Server } from '../servers/start-server.ts';

const SHARE_OF_CAPACITY = 0.7;
/** More than can ever be in flight while the server keeps up, so that no request waits for a connection. */
const CONNECTIONS = 256;
const WARM_TOKENS = 1_000;
const WARM_UP_MS = 2_000;

export const openLoopRow: BenchRow = {
  name: 'warm-open-loop',
  what: 'latency of warm exchanges at 70 % of their capacity, relaxed, arrivals at random and never held back',
  async run(bench) {
    const exchanges = await bench.exchanges(WARM_TOKENS, 100);
    const ground = await bench.databases.postgres(100);
    await using server = await bench.startBroker(ground, { env: { SYMBOLON_AUDIT: 'relaxed' } });
    const capacity = (await measureAgainstFloor(bench, { server, warmUp: exchanges, exchanges }))
      .requestsPerSecond;
    const requestsPerSecond = (capacity ?? 0) * SHARE_OF_CAPACITY;
    // Whoever is kept from the core when a request is due would charge the server with it.
    bench.databases.letGeneratorGoFirst();
    bench.progress(`open loop at ${Math.round(requestsPerSecond)} requests a second`);
    const measure = async ({ address, issuer }: Server) =>
      runOpenLoop({
        address,
        signal: bench.signal,
        connections: CONNECTIONS,
        judge: await expectCredentials(issuer),
        requestsPerSecond,
        warmUpMs: WARM_UP_MS,
        milliseconds: bench.seconds * 1000,
        source: inTurns(exchanges.map((asked) => tokenRequest(address, asked))),
      });
    // What the machine itself does to latencies, at the same rate.
    const ofFloor = await measure(bench.floor);
    const { latenciesMs, elapsedMs } = await measure(server);
    const all = ascending(latenciesMs);
    return {
      ...NOTHING_MEASURED,
      requestsPerSecond: (latenciesMs.length / elapsedMs) * 1000,
      p50Ms: overSlices(latenciesMs, 50),
      p99Ms: overSlices(latenciesMs, 99),
      rssMiB: server.rssMiB(),
      note: [
        `70 % of ${Math.round(capacity ?? 0)}/s`,
        `p99 over all ${percentile(all, 99).toFixed(1)} ms, the worst ${percentile(all, 100).toFixed(1)} ms`,
        `p99 of the floor at this rate ${overSlices(ofFloor.latenciesMs, 99).toFixed(1)} ms`,
      ].join('; '),
    };
  },
};

const ascending = (values: readonly number[]) => Float64Array.from(values).sort();

/** The median of a percentile over slices, as for rates: one pause in one of them does not count. */
function overSlices(latenciesMs: readonly number[], percent: number): number {
  const size = Math.ceil(latenciesMs.length / SLICES);
  const slices = Array.from({ length: SLICES }, (_, at) => latenciesMs.slice(at * size, (at + 1) * size));
  return median(slices.map((slice) => percentile(ascending(slice), percent)));
}
