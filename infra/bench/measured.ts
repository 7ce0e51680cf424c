/** What a row says. Null: not measured, or not measurable on this machine. */
export interface Measured {
  readonly requestsPerSecond: number | null;
  /** Of the floor that was measured between the row's own slices. */
  readonly ratioToFloor: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly cpuMicrosPerRequest: number | null;
  readonly rssMiB: number | null;
  /** Share of its core that the server used, and the generator of its own, in percent. */
  readonly serverPercent?: number | null;
  readonly generatorPercent?: number;
  /** What else a reader must know, in a few words. */
  readonly note?: string;
}

export interface NamedRow extends Measured {
  readonly name: string;
}

export const NOTHING_MEASURED: Measured = {
  requestsPerSecond: null,
  ratioToFloor: null,
  p50Ms: null,
  p99Ms: null,
  cpuMicrosPerRequest: null,
  rssMiB: null,
};
