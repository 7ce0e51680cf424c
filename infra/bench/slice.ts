import type { LoadResult } from './load/closed-loop.ts';
import { median, percentile } from './load/percentile.ts';
import type { Measured } from './measured.ts';

/** A part of the time in which a server is measured. */
export interface Slice {
  readonly result: LoadResult;
  readonly requestsPerSecond: number;
  readonly serverCpuMicros: number | null;
  readonly serverPercent: number | null;
  readonly generatorPercent: number;
}

/** Medians of the slices' rates, percentiles over all their answers. */
export function summarise(
  slices: readonly Slice[],
  { floorSlices, rssMiB }: { readonly floorSlices: readonly Slice[]; readonly rssMiB: number | null },
): Measured {
  const latencies = Float64Array.from(slices.flatMap(({ result }) => result.latenciesMs)).sort();
  const requestsPerSecond = median(slices.map((slice) => slice.requestsPerSecond));
  const cpu = slices.map(({ serverCpuMicros }) => serverCpuMicros).filter((micros) => micros !== null);
  const busy = slices.map(({ serverPercent }) => serverPercent).filter((percent) => percent !== null);
  return {
    requestsPerSecond,
    ratioToFloor: requestsPerSecond / median(floorSlices.map((slice) => slice.requestsPerSecond)),
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
    cpuMicrosPerRequest:
      cpu.length === 0 ? null : cpu.reduce((sum, micros) => sum + micros, 0) / latencies.length,
    rssMiB,
    serverPercent: busy.length === 0 ? null : median(busy),
    generatorPercent: median(slices.map((slice) => slice.generatorPercent)),
  };
}
