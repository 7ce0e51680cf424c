import type { Bench } from '../bench.ts';
import { measureFloor } from '../measure.ts';
import type { Measured } from '../measured.ts';
import type { BenchRow } from '../row.ts';
import { summarise } from '../slice.ts';

/** Measured at the begin, and again beside every row that is compared with it: `floorSoFar` tells of all of it. */
export const floorRow: BenchRow = {
  name: 'floor',
  what: 'node:http, a form, a map lookup, one ES256 signature, JSON: the least that any Node server can do',
  async run(bench) {
    await measureFloor(bench, await bench.exchanges(100, 100));
    return floorSoFar(bench);
  },
};

export function floorSoFar({ floorSlices, floor }: Pick<Bench, 'floorSlices' | 'floor'>): Measured {
  const rates = floorSlices.map(({ requestsPerSecond }) => requestsPerSecond);
  const slowest = Math.min(...rates);
  const fastest = Math.max(...rates);
  return {
    ...summarise(floorSlices, { floorSlices, rssMiB: floor.rssMiB() }),
    note: `${rates.length} slices from ${Math.round(slowest)} to ${Math.round(fastest)}/s`,
  };
}
