import type { Bench } from '../bench.ts';
import { median } from '../load/percentile.ts';
import { type Measured, NOTHING_MEASURED } from '../measured.ts';
import type { BenchRow } from '../row.ts';

const STARTS = 3;

export const firstStartRow: BenchRow = {
  name: 'first-start',
  what: 'the embedded default from nothing to ready; milliseconds: median and slowest of three',
  run: (bench) => measureStarts(bench, () => bench.makeFolder('first-start')),
};

export const laterStartRow: BenchRow = {
  name: 'later-start',
  what: 'the embedded default on a data folder that is there, to ready; the same',
  async run(bench) {
    const dataDir = bench.makeFolder('later-start');
    {
      await using _first = await bench.startBroker(envOf(dataDir));
    }
    return measureStarts(bench, () => dataDir);
  },
};

async function measureStarts(bench: Bench, folder: () => string): Promise<Measured> {
  const startsMs: number[] = [];
  let rssMiB: number | null = null;
  for (let index = 0; index < STARTS; index++) {
    await using server = await bench.startBroker(envOf(folder()));
    startsMs.push(server.startMs);
    rssMiB = server.rssMiB();
  }
  return {
    ...NOTHING_MEASURED,
    p50Ms: median(startsMs),
    p99Ms: Math.max(...startsMs),
    rssMiB,
    note: 'milliseconds to ready',
  };
}

const envOf = (dataDir: string) => ({ env: { SYMBOLON_DATA_DIR: dataDir } });
