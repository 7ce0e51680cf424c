import type { Bench } from './bench.ts';
import type { Measured } from './measured.ts';

/** A row of the table: one entry, one file, and nothing else need know of it. */
export interface BenchRow {
  readonly name: string;
  /** What is measured, in one line, for `--help`. */
  readonly what: string;
  /** Left out unless `--only` or `--all` asks for it. */
  readonly isSlow?: boolean;
  run(bench: Bench): Promise<Measured>;
}
