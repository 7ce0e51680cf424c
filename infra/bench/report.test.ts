import { expect, test } from 'vitest';
import { NOTHING_MEASURED } from './measured.ts';
import { createReport } from './report.ts';
import { renderTable } from './table.ts';

const WARM = {
  name: 'warm',
  requestsPerSecond: 10_123.456,
  ratioToFloor: 0.81234,
  p50Ms: 6.12345,
  p99Ms: 9.87654,
  cpuMicrosPerRequest: 98.7654,
  rssMiB: 118.04,
  serverPercent: 99.4,
  generatorPercent: 38.1,
  note: 'as it is',
};
const IDLE = { name: 'idle-gateway', ...NOTHING_MEASURED, rssMiB: 101.26 };

test('a row of the report has its seven members and no others; what was not measured is null', () => {
  const date = new Date(Date.UTC(2026, 10, 23, 20));
  const report = createReport([WARM, IDLE], { machine: 'a machine', date });
  expect(JSON.parse(JSON.stringify(report))).toEqual({
    machine: 'a machine',
    date: '2026-11-23T20:00:00.000Z',
    rows: [
      {
        name: 'warm',
        requestsPerSecond: 10_123.5,
        ratioToFloor: 0.812,
        p50Ms: 6.123,
        p99Ms: 9.877,
        cpuMicrosPerRequest: 98.8,
        rssMiB: 118,
      },
      {
        name: 'idle-gateway',
        requestsPerSecond: null,
        ratioToFloor: null,
        p50Ms: null,
        p99Ms: null,
        cpuMicrosPerRequest: null,
        rssMiB: 101.3,
      },
    ],
  });
});

test('the table has a line a row, all columns aligned', () => {
  const lines = renderTable([WARM, IDLE]).split('\n');
  expect(lines).toHaveLength(4);
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  expect(lines[2]).toMatch(
    /^\| warm +\| +10123 \| +0\.81 \| +6\.12 \| +9\.88 \| +98\.8 \| +118 \| .* as it is \|$/,
  );
  expect(lines[3]).toMatch(/^\| idle-gateway \| +- \| +- \| +- \| +- \| +- \| +101 \| +- \| +- \| +\|$/);
});
