import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'symbolon-bench-test-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The floor needs no broker, so none is built. */
function bench(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, '--entry', MAIN, ...args], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  return { child, progress: createInterface(child.stderr), stdout: () => stdout };
}

test('measures the floor, prints one table and writes the same as JSON', async () => {
  const file = join(folder, 'floor.json');
  const { child, stdout } = bench('--only', 'floor', '--seconds', '1', '--json', file);
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(0);
  expect(stdout()).toMatch(/\n\| row +\| requests\/s \| of floor \|/);
  const report = JSON.parse(readFileSync(file, 'utf8')) as {
    machine: string;
    date: string;
    rows: Record<string, unknown>[];
  };
  expect(report.machine).toContain(`Node ${process.version}`);
  expect(Date.parse(report.date)).not.toBeNaN();
  expect(report.rows).toHaveLength(1);
  expect(report.rows[0]).toMatchObject({ name: 'floor', ratioToFloor: 1 });
  for (const measured of ['requestsPerSecond', 'p50Ms', 'p99Ms']) {
    expect(report.rows[0]?.[measured]).toBeGreaterThan(0);
  }
});

test('Ctrl-C ends what it started and leaves nothing behind', async () => {
  const { child, progress } = bench('--only', 'floor', '--seconds', '60');
  await once(progress, 'line');
  child.kill('SIGINT');
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(130);
  const left = readdirSync(folder).filter((name) => name.startsWith('symbolon-bench-'));
  expect(left).toEqual([]);
});

test('an argument that it does not know ends it with one line and the help', async () => {
  const { child, progress } = bench('--onyl', 'floor');
  const [line] = (await once(progress, 'line')) as [string];
  expect(line).toMatch("Unknown option '--onyl'");
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(2);
});
