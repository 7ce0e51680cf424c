/**
 * `npm test [-- --tier unit|integration|e2e] [--on embedded|postgres|replicas] [part of a path ...]`: every tier on
 * real parts, brokers in every deployment. What the tiers need and the machine lacks is installed or built first; a
 * part that cannot be had stops the run with what to install, and never skips a test. Ends with the plain line
 * `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureKubeBinaries } from '@symbolon/testkit/kube';
import { readOptions } from './read-options.ts';

/** The project of each tier and deployment (vitest.config.ts). Without a broker there is nothing to deploy. */
const PROJECTS = [
  { tier: 'unit', on: 'embedded', project: 'unit' },
  { tier: 'integration', on: 'embedded', project: 'integration' },
  { tier: 'integration', on: 'postgres', project: 'integration-postgres' },
  { tier: 'e2e', on: 'embedded', project: 'e2e' },
  { tier: 'e2e', on: 'embedded', project: 'e2e-faults' },
  { tier: 'e2e', on: 'postgres', project: 'e2e-postgres' },
  { tier: 'e2e', on: 'replicas', project: 'e2e-replicas' },
] as const;
const TIERS = ['unit', 'integration', 'e2e'];
const DEPLOYMENTS = ['embedded', 'postgres', 'replicas'];

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

const HELP = `npm test [-- --tier unit|integration|e2e] [--on embedded|postgres|replicas] [part of a path ...]

Runs every tier on every deployment of the broker, or those that are named; with part of a path, only the test files
that have it in theirs.
`;

const { values, positionals } = readOptions(
  {
    allowPositionals: true,
    options: { tier: { type: 'string', multiple: true }, on: { type: 'string', multiple: true } },
  } as const,
  HELP,
);
const tiers = chosenOf(TIERS, values.tier, 'tier');
const deployments = chosenOf(DEPLOYMENTS, values.on, 'deployment');
const projects = PROJECTS.filter(({ tier, on }) => tiers.includes(tier) && deployments.includes(on));
if (projects.length === 0) stop('Nothing of that tier runs on that deployment.');

if (projects.some(({ tier }) => tier !== 'unit')) await prepare();
process.exit(runVitest(projects.map(({ project }) => project)));

/** All where none is named. */
function chosenOf(
  known: readonly string[],
  named: readonly string[] | undefined,
  what: string,
): readonly string[] {
  const unknown = named?.find((one) => !known.includes(one));
  return unknown === undefined
    ? (named ?? known)
    : stop(`There is no ${what} "${unknown}": take one of ${known.join(', ')}.`);
}

function stop(why: string): never {
  console.error(why);
  process.exit(2);
}

async function prepare(): Promise<void> {
  try {
    await ensureKubeBinaries({ log: (line) => console.error(line) });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

function runVitest(names: readonly string[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-test-'));
  const report = join(folder, 'report.json');
  const chosen = names.flatMap((name) => ['--project', name]);
  const reporters = ['--reporter', 'default', '--reporter', 'json', `--outputFile.json=${report}`];
  const run = spawnSync('vitest', ['run', ...chosen, ...reporters, ...positionals], { stdio: 'inherit' });
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
