import type { NamedRow } from './measured.ts';

/** What is written for machines. A row has these members and no others; what was not measured is null. */
export interface Report {
  readonly machine: string;
  readonly date: string;
  readonly rows: readonly ReportRow[];
}

interface ReportRow
  extends Pick<
    NamedRow,
    'name' | 'requestsPerSecond' | 'ratioToFloor' | 'p50Ms' | 'p99Ms' | 'cpuMicrosPerRequest' | 'rssMiB'
  > {}

export function createReport(
  rows: readonly NamedRow[],
  { machine, date }: { readonly machine: string; readonly date: Date },
): Report {
  return {
    machine,
    date: date.toISOString(),
    rows: rows.map((row) => ({
      name: row.name,
      requestsPerSecond: rounded(row.requestsPerSecond, 1),
      ratioToFloor: rounded(row.ratioToFloor, 3),
      p50Ms: rounded(row.p50Ms, 3),
      p99Ms: rounded(row.p99Ms, 3),
      cpuMicrosPerRequest: rounded(row.cpuMicrosPerRequest, 1),
      rssMiB: rounded(row.rssMiB, 1),
    })),
  };
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}
