import type { NamedRow } from './measured.ts';

interface Column {
  readonly title: string;
  readonly digits: number;
  read(row: NamedRow): number | null | undefined;
}

const COLUMNS: readonly Column[] = [
  { title: 'requests/s', digits: 0, read: (row) => row.requestsPerSecond },
  { title: 'of floor', digits: 2, read: (row) => row.ratioToFloor },
  { title: 'p50 ms', digits: 2, read: (row) => row.p50Ms },
  { title: 'p99 ms', digits: 2, read: (row) => row.p99Ms },
  { title: 'CPU us', digits: 1, read: (row) => row.cpuMicrosPerRequest },
  { title: 'RSS MiB', digits: 0, read: (row) => row.rssMiB },
  { title: 'server %', digits: 0, read: (row) => row.serverPercent },
  { title: 'generator %', digits: 0, read: (row) => row.generatorPercent },
];

/** The table, as Markdown that is also read well as it stands. */
export function renderTable(rows: readonly NamedRow[]): string {
  const titles = ['row', ...COLUMNS.map(({ title }) => title), 'note'];
  const lines = rows.map((row) => [
    row.name,
    ...COLUMNS.map(({ read, digits }) => read(row)?.toFixed(digits) ?? '-'),
    row.note ?? '',
  ]);
  const widths = titles.map((title, at) =>
    Math.max(title.length, ...lines.map((line) => line[at]?.length ?? 0)),
  );
  const isNumber = (at: number) => at > 0 && at < titles.length - 1;
  const render = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => (isNumber(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, at) => (isNumber(at) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [render(titles), render(rule), ...lines.map(render)].join('\n');
}
