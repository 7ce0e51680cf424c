import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The program of the tree. */
export const MAIN = join(import.meta.dirname, '..', '..', '..', '..', 'apps', 'symbolon', 'src', 'main.ts');

/** The own environment without any setting of ours, and with those that are given. */
export function environmentWith(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SYMBOLON_'));
  return { ...Object.fromEntries(inherited), ...settings };
}

/** Runs a command of the program to its end. Throws with what it printed where that is not 0. */
export async function runSymbolon(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  await promisify(execFile)(process.execPath, [MAIN, ...args], { env: environmentWith(settings) });
}
