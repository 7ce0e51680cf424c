/**
 * `npm run test:teeth [-- --only WORD]`: shows that the tests bite. Each planted defect of infra/teeth/*.json removes
 * one check from a copy of the tree; the test file that guards it must then fail. A defect whose text is no longer
 * found, or that no test notices, fails the run.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions } from './read-options.ts';

interface PlantedDefect {
  /** What is taken away, in words. */
  readonly id: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The test file that must fail. */
  readonly test: string;
}

const root = join(import.meta.dirname, '..', '..');
const HELP = `npm run test:teeth [-- --only WORD]

Applies each planted defect whose name or file has the word in it, and shows that a test fails for it.
`;
const { values } = readOptions({ options: { only: { type: 'string', default: '' } } } as const, HELP);
const defects = readDefects().filter(({ id, file }) => `${id} ${file}`.includes(values.only));
const copy = copyTree();
try {
  process.exitCode = defects.length > 0 && tryAll() ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function readDefects(): readonly PlantedDefect[] {
  const folder = join(root, 'infra', 'teeth');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as PlantedDefect[]);
}

/** The sources, with the installed packages behind a link: the tree itself is never touched. */
function copyTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-teeth-'));
  for (const name of readdirSync(root)) {
    if (['.git', 'node_modules', '.turbo', 'dist'].includes(name)) continue;
    cpSync(join(root, name), join(folder, name), { recursive: true, verbatimSymlinks: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function tryAll(): boolean {
  const clean = [...new Set(defects.map(({ test }) => test))].filter((test) => !passes(test));
  for (const test of clean) console.log(`BROKEN   ${test} fails without any defect`);
  let unnoticed = 0;
  for (const [index, defect] of defects.entries()) {
    const verdict = tryOne(defect);
    if (verdict !== 'noticed') unnoticed += 1;
    console.log(`${verdict.toUpperCase().padEnd(9)} ${index + 1}/${defects.length} ${defect.id}`);
  }
  console.log(`${defects.length - unnoticed} of ${defects.length} planted defects were noticed.`);
  return unnoticed === 0 && clean.length === 0;
}

function tryOne({ file, find, replace, test }: PlantedDefect): 'noticed' | 'unnoticed' | 'not found' {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(find).length !== 2) return 'not found';
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  try {
    return passes(test) ? 'unnoticed' : 'noticed';
  } finally {
    writeFileSync(path, source);
  }
}

function passes(test: string): boolean {
  const run = spawnSync('vitest', ['run', '--reporter', 'dot', '--bail', '1', test], {
    cwd: copy,
    stdio: 'ignore',
  });
  return run.status === 0;
}
