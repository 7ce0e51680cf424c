import {
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Cli } from './cli.ts';
import { refused, wrongUsage } from './cli-failure.ts';
import { nearestName } from './nearest-name.ts';

/**
 * The brokers that a person works with, by name. The file holds URLs and paths of files, never a token; still others
 * must not even read it, for whoever writes it chooses where a token is sent.
 */
export interface Contexts {
  readonly current: string | null;
  readonly contexts: Readonly<Record<string, Context>>;
}

export interface Context {
  readonly server: string;
  /** Absolute; null: none was given. */
  readonly tokenFile: string | null;
  readonly caFile: string | null;
}

const CONTEXT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

const file = z.strictObject({
  current: z.string().nullable(),
  contexts: z.record(
    z.string().regex(CONTEXT_NAME),
    z.strictObject({
      server: z.string().min(1),
      tokenFile: z.string().min(1).nullable(),
      caFile: z.string().min(1).nullable(),
    }),
  ),
});

const NONE: Contexts = { current: null, contexts: {} };

export function isContextName(name: string): boolean {
  return CONTEXT_NAME.test(name);
}

/** The context of a name that somebody gave. */
export function demandContext(name: string, contexts: Contexts['contexts']): Context {
  const context = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (context !== undefined) return context;
  const names = Object.keys(contexts);
  throw wrongUsage(
    `there is no context ${name}`,
    ...nearestName(name, names),
    names.length === 0
      ? 'There are none: "symbolon context set" makes one.'
      : `The contexts are ${names.join(', ')}.`,
  );
}

/** `symbolon/contexts.yaml` in the folder of the XDG base directory specification. */
function contextFilePath({ env, homeDir }: Pick<Cli, 'env' | 'homeDir'>): string {
  const configured = env.XDG_CONFIG_HOME;
  // The specification has relative paths ignored.
  const base = configured?.startsWith('/') ? configured : join(homeDir, '.config');
  return join(base, 'symbolon', 'contexts.yaml');
}

/** No contexts where there is no file. */
export function readContexts(cli: Pick<Cli, 'env' | 'homeDir'>): Contexts {
  const path = contextFilePath(cli);
  const text = readPrivate(path);
  if (text === null) return NONE;
  const parsed = file.safeParse(parseOrNull(text));
  if (!parsed.success) {
    throw refused(`${path} is not a file of contexts`, 'Delete it, and make the contexts again.');
  }
  return parsed.data;
}

/** Replaces the file as a whole, so that a reader sees the old or the new one. */
export function writeContexts(cli: Pick<Cli, 'env' | 'homeDir' | 'createId'>, contexts: Contexts): void {
  const path = contextFilePath(cli);
  const beside = `${path}.${cli.createId()}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(beside, stringify(contexts), { mode: 0o600, flag: 'wx' });
    // The mode above is cut by the umask.
    chmodSync(beside, 0o600);
    renameSync(beside, path);
  } catch (error) {
    throw refused(`${path} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

function readPrivate(path: string): string | null {
  try {
    const descriptor = openSync(path, 'r');
    try {
      if (process.platform !== 'win32' && (fstatSync(descriptor).mode & 0o077) !== 0) {
        throw refused(`${path} is open to others, so it is not used`, `Close it: chmod 600 ${path}`);
      }
      return readFileSync(descriptor, 'utf8');
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === undefined) throw error;
    throw refused(`${path} cannot be read (${code})`);
  }
}

function parseOrNull(text: string): unknown {
  try {
    return parse(text, { strict: true, uniqueKeys: true });
  } catch {
    return null;
  }
}
