import { bucketOf } from './bucket-of.ts';

/** A `.cpuprofile`, as far as it is read. Times are microseconds, lines count from 0. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface Share {
  readonly name: string;
  /** Of the time in which the process did anything. */
  readonly percent: number;
}

export interface TimeSpent {
  readonly buckets: readonly Share[];
  readonly functions: readonly Share[];
}

/** Where the time went, by itself and not by what it called: over buckets, and the functions that took most. */
export function readProfile(profile: CpuProfile, bundle: string, topFunctions = 25): TimeSpent {
  const sourceAt = readSources(bundle);
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const buckets = new Map<string, number>();
  const functions = new Map<string, number>();
  for (const [index, id] of profile.samples.entries()) {
    const micros = profile.timeDeltas[index] ?? 0;
    const frame = frames.get(id);
    if (frame === undefined) continue;
    const { functionName, url, lineNumber } = frame;
    const file = url.endsWith('/broker.js') ? sourceAt(lineNumber) : url || functionName;
    add(buckets, bucketOf(file), micros);
    if (functionName !== '(idle)')
      add(functions, `${functionName || 'anonymous'} (${shortened(file)})`, micros);
  }
  buckets.delete('idle');
  const busy = [...buckets.values()].reduce((sum, micros) => sum + micros, 0);
  return { buckets: sharesOf(buckets, busy), functions: sharesOf(functions, busy).slice(0, topFunctions) };
}

/** The bundler writes the name of each source file above its part of the bundle. */
function readSources(bundle: string): (line: number) => string {
  const starts = bundle
    .split('\n')
    .map((text, line) => ({ line, file: /^\/\/(?:#region)? ?(\S+\.[cm]?[jt]s)$/.exec(text)?.[1] }))
    .filter((start): start is { line: number; file: string } => start.file !== undefined);
  return (line) => fromRoot(starts.findLast((start) => start.line <= line)?.file ?? 'bundle');
}

/** The bundler's names are relative to where it ran: the root, or the folder of the app. */
function fromRoot(file: string): string {
  const path = file.replace(/^(\.\.\/)+/, '');
  if (/^(packages|apps|node_modules)\//.test(path)) return path;
  return path === file ? `apps/symbolon/${path}` : `apps/${path}`;
}

function shortened(file: string): string {
  return file.replace(/^.*\/node_modules\//, '');
}

function add(sums: Map<string, number>, name: string, micros: number): void {
  sums.set(name, (sums.get(name) ?? 0) + micros);
}

function sharesOf(sums: ReadonlyMap<string, number>, whole: number): readonly Share[] {
  return [...sums]
    .map(([name, micros]) => ({ name, percent: (micros / whole) * 100 }))
    .toSorted((one, other) => other.percent - one.percent);
}
