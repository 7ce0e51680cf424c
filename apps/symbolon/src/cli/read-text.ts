import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigFile } from '../config/config-file.ts';
import type { Cli } from './cli.ts';
import { refused } from './cli-failure.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 65_536;
const MAX_TOKEN_LENGTH = 16_384;

/** What a file holds, or standard input for `-`. `what` names it in an error. */
export async function readText(cli: Cli, path: string, what: string): Promise<string> {
  if (path !== '-') return readTextFile(cli, path, what);
  return textOf(await cli.stdin.readBytes(MAX_BYTES), what);
}

/** What a file holds; relative to the working folder. */
function readTextFile({ cwd }: Pick<Cli, 'cwd'>, path: string, what: string): string {
  try {
    const descriptor = openSync(resolve(cwd, path), 'r');
    try {
      return textOf(readAtMost(descriptor, MAX_BYTES), `${what} ${path}`);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw refused(`${what} ${path} cannot be read (${code})`, ...hintsFor(code));
  }
}

/** The file that `--config` names; null without one. */
export function readConfigOption(cli: Pick<Cli, 'cwd'>, path: string | undefined): ConfigFile | null {
  return path === undefined ? null : { path, text: readTextFile(cli, path, 'the configuration file') };
}

/** Certificates of CAs. Without one, TLS would take the public roots in place of those that were meant. */
export function readCaFile(cli: Pick<Cli, 'cwd'>, path: string): string {
  const pem = readTextFile(cli, path, 'the CA file');
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw refused(`the CA file ${path} holds no certificate`);
  return pem;
}

/** Null for more: what a file says of its size is not so of a device or a pipe. */
function readAtMost(descriptor: number, maxBytes: number): Uint8Array | null {
  const chunks: Uint8Array[] = [];
  for (let bytes = 0; bytes <= maxBytes; ) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const count = readSync(descriptor, chunk);
    if (count === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, count));
    bytes += count;
  }
  return null;
}

/** What is not UTF-8 would become another text without a word. */
function textOf(bytes: Uint8Array | null, what: string): string {
  if (bytes === null) throw refused(`${what} is larger than 16 MiB`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refused(`${what} is not UTF-8`);
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
