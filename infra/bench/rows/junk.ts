import type { Bench } from '../bench.ts';
import { junkToken } from '../ground/junk-tokens.ts';
import { expectCredentials, expectRefusals } from '../load/judge-answer.ts';
import { type ExchangeAsked, inTurns, type RequestSource, tokenRequest } from '../load/token-request.ts';
import { openMeasuring, SLICES, WARM_UP } from '../measure.ts';
import type { BenchRow } from '../row.ts';
import type { Server } from '../servers/start-server.ts';
import { type Slice, summarise } from '../slice.ts';

const WARM_TOKENS = 1_000;
const JUNK_TOKENS = 100_000;

export const junkRow: BenchRow = {
  name: 'junk',
  what: 'warm, durable exchanges between 100,000 unique junk tokens: what those add to the cost of a good one',
  async run(bench) {
    const exchanges = await bench.exchanges(WARM_TOKENS, 100);
    const ground = await bench.databases.postgres(100);
    await using server = await bench.startBroker(ground, { env: { SYMBOLON_AUDIT: 'durable' } });
    using good = openMeasuring(bench, server, await expectCredentials(server.issuer));
    using junk = openMeasuring(bench, server, expectRefusals);
    const source = inTurns(exchanges.map((asked) => tokenRequest(server.address, asked)));
    const milliseconds = (bench.seconds * 1000) / SLICES;

    await good.slice({ ...WARM_UP, source });
    const without = await sliceEach(bench, () => good.slice({ milliseconds, source }));
    const before = summarise(without, { floorSlices: without, rssMiB: server.rssMiB() });
    const junkSlices: Slice[] = [];
    const among = await sliceEach(bench, async () => {
      const maxRequests = JUNK_TOKENS / SLICES;
      junkSlices.push(
        await junk.slice({ milliseconds: Infinity, maxRequests, source: junkOf(exchanges, server) }),
      );
      return good.slice({ milliseconds, source });
    });
    const after = summarise(among, { floorSlices: without, rssMiB: server.rssMiB() });
    const each = summarise(junkSlices, { floorSlices: without, rssMiB: null });
    const added = ((after.cpuMicrosPerRequest ?? NaN) / (before.cpuMicrosPerRequest ?? NaN) - 1) * 100;
    const grown = (after.rssMiB ?? NaN) - (before.rssMiB ?? NaN);
    return {
      ...after,
      // What it is compared with is not the floor.
      ratioToFloor: null,
      note: `${signed(added)} % CPU, ${signed(grown)} MiB; a junk token costs ${each.cpuMicrosPerRequest?.toFixed(0)} µs`,
    };
  },
};

/** Unique tokens, each made when it is sent. */
function junkOf(exchanges: readonly ExchangeAsked[], { address }: Server): RequestSource {
  let number = 0;
  return {
    next() {
      const asked = exchanges[number % exchanges.length];
      if (asked === undefined) return null;
      return tokenRequest(address, { ...asked, subjectToken: junkToken(asked.subjectToken, number++) });
    },
  };
}

async function sliceEach(bench: Bench, slice: () => Promise<Slice>): Promise<readonly Slice[]> {
  const slices: Slice[] = [];
  for (let index = 0; index < SLICES; index++) {
    bench.signal.throwIfAborted();
    slices.push(await slice());
  }
  return slices;
}

const signed = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(1)}`;
