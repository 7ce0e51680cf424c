/**
 * `npm test [-- --tier unit|integration|e2e] [vitest arguments]`: every tier on real parts. What the tiers need and
 * the machine lacks is installed or built first; a part that cannot be had stops the run with what to install, and
 * never skips a test. Ends with the plain line `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureKubeBinaries } from '@symbolon/testkit/kube';

const TIERS = ['unit', 'integration', 'e2e'];

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tier: { type: 'string', multiple: true } },
});
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
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    ) as VitestReport;
    const skipped = numPendingTests + numTodoTests;
    if (skipped > 0) console.log(`${skipped} tests were skipped: none may be.`);
    // A file that does not even load fails the run without a failed test.
    const failed =
      Math.max(numFailedTests, run.status === 0 ? 0 : Math.max(1, numFailedTestSuites)) + skipped;
    console.log(`${numPassedTests} passed, ${failed} failed`);
    return failed === 0 && numPassedTests > 0 ? 0 : 1;
  } catch {
    console.log('0 passed, 1 failed');
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
