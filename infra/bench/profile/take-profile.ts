import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CpuProfile, readProfile, type Share } from './read-profile.ts';

export function profileArgs(folder: string): readonly string[] {
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

/**
 * Names the profiles that a row's brokers left after the row, and tells in lines where their time went: one profile
 * for each thread that wrote its own.
 */
export function collectProfiles(folder: string, row: string, entry: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const bundle = join(dirname(entry), 'broker.js');
  const source = existsSync(bundle) ? readFileSync(bundle, 'utf8') : '';
  const fresh = readdirSync(folder).filter((name) => name.startsWith('CPU.'));
  return fresh.flatMap((name, index) => {
    const path = join(folder, `${row}-${index + 1}.cpuprofile`);
    renameSync(join(folder, name), path);
    const { buckets, functions } = readProfile(JSON.parse(readFileSync(path, 'utf8')) as CpuProfile, source);
    return [path, ...buckets.map(lineOf), '  by function:', ...functions.map(lineOf)];
  });
}

function lineOf({ percent, name }: Share): string {
  return `  ${percent.toFixed(1).padStart(5)} %  ${name}`;
}
