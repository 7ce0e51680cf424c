import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compareByteOrder } from '@symbolon/core';
import type { Cli } from '../cli.ts';
import { refused } from '../cli-failure.ts';
import { nameOf, OBJECT_KINDS } from '../kinds.ts';
import { readText } from '../read-text.ts';
import { type FileProblem, type Manifest, placeText } from './manifest.ts';
import { parseDocuments } from './parse-documents.ts';
import { readManifest } from './read-manifest.ts';

const FILE_NAME = /\.(?:ya?ml|json)$/;
const SHOWN_PROBLEMS = 100;

/**
 * All manifests of files, folders (their `.yaml`, `.yml` and `.json` files, not those of folders within) and standard
 * input (`-`), in the order in which kinds need one another. Throws `CliFailure` with every problem of all files.
 */
export async function readManifests(paths: readonly string[], cli: Cli): Promise<readonly Manifest[]> {
  const problems: FileProblem[] = [];
  const manifests: Manifest[] = [];
  for (const path of paths.flatMap((given) => filesOf(given, cli))) {
    const file = path === '-' ? 'standard input' : path;
    const parsed = parseDocuments(file, await readText(cli, path, 'the file'));
    for (const problem of parsed.problems) problems.push(problem);
    for (const written of parsed.values) {
      const reading = await readManifest(written);
      if (reading.kind === 'manifest') manifests.push(reading.manifest);
      else problems.push(...reading.problems);
    }
  }
  for (const problem of findDuplicates(manifests)) problems.push(problem);
  if (problems.length > 0) throw filesRefused(problems);
  if (manifests.length === 0) throw refused(`there is no object in ${paths.join(', ')}`);
  return manifests.toSorted((a, b) => rank(a) - rank(b));
}

/** The end of a command whose files are wrong; nothing was sent, or nothing was changed. */
export function filesRefused(problems: readonly FileProblem[]) {
  // A parser that has lost its way says the same of a line over and over.
  const lines = [...new Set(problems.map(({ place, detail }) => `${placeText(place)}: ${detail}`))];
  const count = lines.length === 1 ? 'is a problem' : `are ${lines.length} problems`;
  const shown = lines.slice(0, SHOWN_PROBLEMS);
  const more = lines.length - shown.length;
  return refused(
    `there ${count}, so nothing was changed`,
    ...shown,
    ...(more === 0 ? [] : [`and ${more} more`]),
  );
}

function filesOf(path: string, { cwd }: Cli): readonly string[] {
  if (path === '-') return [path];
  if (!statSync(resolve(cwd, path), { throwIfNoEntry: false })?.isDirectory()) return [path];
  const names = readdirSync(resolve(cwd, path)).filter((name) => FILE_NAME.test(name));
  if (names.length === 0) throw refused(`the folder ${path} holds no .yaml, .yml or .json file`);
  return names.toSorted(compareByteOrder).map((name) => {
    const file = join(path, name);
    // Nobody may ever write into a pipe that somebody left there, and reading it would wait for that.
    const isFile = statSync(resolve(cwd, file), { throwIfNoEntry: false })?.isFile() ?? true;
    if (!isFile) throw refused(`${file} is not a regular file`);
    return file;
  });
}

function rank({ key }: Manifest): number {
  return OBJECT_KINDS.indexOf(key.kind);
}

/** Of two manifests of one object, whichever came last would win in silence. */
function findDuplicates(manifests: readonly Manifest[]): readonly FileProblem[] {
  const first = new Map<string, Manifest>();
  return manifests.flatMap((manifest) => {
    const name = nameOf(manifest.key);
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, manifest);
      return [];
    }
    return [{ place: manifest.place, detail: `${name} is already in ${placeText(other.place)}` }];
  });
}
