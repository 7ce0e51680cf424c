import { parseArgs } from 'node:util';
import type { BenchRow } from './row.ts';

export interface Options {
  readonly rows: readonly BenchRow[];
  readonly seconds: number;
  readonly jsonFile: string | null;
  readonly profileFolder: string | null;
  /** Null: the bundle is built first. */
  readonly entry: string | null;
}

export type ReadOptions =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'problem'; readonly problem: string };

const DEFAULT_SECONDS = 5;
const MAX_SECONDS = 600;

/** Reads the arguments. The floor is always among the rows, for the others are compared with it. */
export function readOptions(args: readonly string[], all: readonly BenchRow[]): ReadOptions {
  const given = parse(args);
  if (typeof given === 'string') return { kind: 'problem', problem: given };
  if (given.help) return { kind: 'help' };
  const seconds = Number(given.seconds ?? DEFAULT_SECONDS);
  if (!(seconds >= 0.5 && seconds <= MAX_SECONDS)) {
    return { kind: 'problem', problem: `--seconds takes a number from 0.5 to ${MAX_SECONDS}.` };
  }
  const only = given.only?.flatMap((names) => names.split(',')) ?? null;
  const unknown = only?.find((name) => !all.some((row) => row.name === name));
  if (unknown !== undefined) {
    const names = all.map(({ name }) => name).join(', ');
    return { kind: 'problem', problem: `There is no row "${unknown}": take some of ${names}.` };
  }
  const rows = all.filter(({ name, isSlow = false }) =>
    only === null ? given.all || !isSlow : name === 'floor' || only.includes(name),
  );
  const { json: jsonFile = null, profile: profileFolder = null, entry = null } = given;
  return { kind: 'run', options: { rows, seconds, jsonFile, profileFolder, entry } };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    const [problem = ''] = (error instanceof Error ? error.message : '').split('. ');
    return `${problem}.`;
  }
}

const OPTIONS = {
  only: { type: 'string', multiple: true },
  all: { type: 'boolean', default: false },
  seconds: { type: 'string' },
  json: { type: 'string' },
  profile: { type: 'string' },
  entry: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

export function helpText(all: readonly BenchRow[]): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  const rows = all.map(
    ({ name, what, isSlow = false }) =>
      `  ${name.padEnd(width)}  ${what}${isSlow ? ' (with --all or --only)' : ''}`,
  );
  return `npm run bench [-- options]

Measures what an exchange costs: starts what it needs, gives the server and the load generator a core each, and prints
one table. The machine must be quiet: every row is compared with a floor that is measured in turns with it.

  --only NAME       that row alone, and the floor; may be repeated, or take several names with commas between
  --all             with the rows that take minutes to prepare
  --seconds N       how long each row is measured, 0.5 to ${MAX_SECONDS} (default: ${DEFAULT_SECONDS})
  --json FILE       write the rows as JSON too
  --profile FOLDER  take a CPU profile of every row's broker, which slows it down, and print where the time went
  --entry FILE      measure this program; without it the bundle is built first and measured
  --help            this text

Examples:
  npm run bench
  npm run bench -- --only floor --seconds 1 --json floor.json
  npm run bench -- --only warm,warm-durable --seconds 20
  npm run bench -- --only warm --profile profiles

Rows:
${rows.join('\n')}
`;
}
