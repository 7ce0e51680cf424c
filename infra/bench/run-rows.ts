import type { Bench } from './bench.ts';
import type { NamedRow } from './measured.ts';
import { collectProfiles } from './profile/take-profile.ts';
import type { BenchRow } from './row.ts';
import { floorRow, floorSoFar } from './rows/floor.ts';

export interface Ran {
  readonly rows: readonly NamedRow[];
  /** Rows that got a wrong answer, or could not be measured. They are in no table. */
  readonly failures: readonly { readonly name: string; readonly problem: string }[];
}

/** One row after the other. A row that fails does not keep the rest from being measured. */
export async function runRows(bench: Bench, all: readonly BenchRow[]): Promise<Ran> {
  const rows: NamedRow[] = [];
  const failures: { name: string; problem: string }[] = [];
  for (const [index, row] of all.entries()) {
    bench.signal.throwIfAborted();
    bench.progress(`[${index + 1}/${all.length}] ${row.name}: ${row.what}`);
    try {
      const measured = { name: row.name, ...(await row.run(bench)) };
      rows.push(measured);
      bench.progress(`    ${wordsOf(measured)}`);
      if (bench.profileFolder === null) continue;
      for (const line of collectProfiles(bench.profileFolder, row.name, bench.entry)) bench.progress(line);
    } catch (error) {
      bench.signal.throwIfAborted();
      const problem = error instanceof Error ? error.message : String(error);
      failures.push({ name: row.name, problem });
      bench.progress(`    failed: ${problem}`);
    }
  }
  // The floor was measured beside every row: its own row tells of all of that.
  const { name } = floorRow;
  return { rows: rows.map((row) => (row.name === name ? { name, ...floorSoFar(bench) } : row)), failures };
}

function wordsOf({ requestsPerSecond, ratioToFloor, note }: NamedRow): string {
  const words = [
    requestsPerSecond === null ? null : `${Math.round(requestsPerSecond)}/s`,
    ratioToFloor === null ? null : `${ratioToFloor.toFixed(2)} of the floor`,
    note,
  ];
  return words.filter((word) => word).join(', ');
}
