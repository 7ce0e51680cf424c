/**
 * `npm test [-- --tier unit|integration|e2e] [vitest arguments]`: every tier on real parts. What the tiers need and
 * the machine lacks is installed or built first; a part that cannot be had stops the run with what to install, and
 * never skips a test. Ends with the plain line `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureKubeBinaries } from '@symbolon/testkit/kube';
import { readOptions } from './read-options.ts';

const TIERS = ['unit', 'integration', 'e2e'];

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

const HELP = `npm test [-- --tier unit|integration|e2e] [part of a path ...]

Runs every tier, or those that are named; with part of a path, only the test files that have it in theirs.
`;

const { values, positionals } = readOptions(
  { allowPositionals: true, options: { tier: { type: 'string', multiple: true } } } as const,
  HELP,
);
const tiers = values.tier ?? TIERS;
const unknown = tiers.find((tier) => !TIERS.includes(tier));
if (unknown !== undefined) {
  console.error(`There is no tier "${unknown}": take one of ${TIERS.join(', ')}.`);
  process.exit(2);
}

if (tiers.some((tier) => tier !== 'unit')) await prepare();
process.exit(runVitest());

async function prepare(): Promise<void> {
  try {
    await ensureKubeBinaries({ log: (line) => console.error(line) });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

function runVitest(): number {
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-test-'));
  const report = join(folder, 'report.json');
  const projects = tiers.flatMap((tier) => ['--project', tier]);
  const reporters = ['--reporter', 'default', '--reporter', 'json', `--outputFile.json=${report}`];
  const run = spawnSync('vitest', ['run', ...projects, ...reporters, ...positionals], { stdio: 'inherit' });
  try {
    const { testResults, ...numbers } = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
    const { numPassedTests } = numbers;
    const skipped = numbers.numPendingTests + numbers.numTodoTests;
    if (skipped > 0) console.log(`${skipped} tests were skipped: none may be.`);
    const unloaded = testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    );
    const counted = numbers.numFailedTests + unloaded.length + skipped;
    // Whatever else fails a run, such as an error that no test caught, is a failure too.
    const failed = run.status === 0 ? counted : Math.max(1, counted);
    console.log(`${numPassedTests} passed, ${failed} failed`);
    return failed === 0 && numPassedTests > 0 ? 0 : 1;
  } catch {
    console.log('0 passed, 1 failed');
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
