import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Cli } from './cli.ts';
import { refused } from './cli-failure.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_TOKEN_LENGTH = 16_384;

/** What a file holds, or standard input for `-`. `what` names it in an error. */
export async function readText(cli: Cli, path: string, what: string): Promise<string> {
  if (path === '-') return cli.stdin.readText();
  return readTextFile(cli, path, what);
}

/** What a file holds; relative to the working folder. */
export function readTextFile({ cwd }: Pick<Cli, 'cwd'>, path: string, what: string): string {
  try {
    const descriptor = openSync(resolve(cwd, path), 'r');
    try {
      if (fstatSync(descriptor).size > MAX_BYTES) throw refused(`${what} ${path} is larger than 16 MiB`);
      return readFileSync(descriptor, 'utf8');
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw refused(`${what} ${path} cannot be read (${code})`, ...hintsFor(code));
  }
}

function hintsFor(code: string): readonly string[] {
  if (code === 'ENOENT') return ['There is no such file.'];
  if (code === 'EISDIR') return ['It is a folder.'];
  if (code === 'EACCES') return ['You may not read it.'];
  return [];
}

/** The token that a file or standard input holds, without the white space around it; it is repeated nowhere. */
export async function readToken(cli: Cli, path: string, what: string): Promise<string> {
  const token = (await readText(cli, path, what)).trim();
  const where = path === '-' ? 'standard input' : path;
  if (token === '') throw refused(`${what} ${where} is empty`);
  if (!/^[\x21-\x7e]+$/.test(token) || token.length > MAX_TOKEN_LENGTH) {
    throw refused(`${what} ${where} does not hold one token and nothing else`);
  }
  return token;
}
