import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { installDebianPackages } from '../ensure-command.ts';
import type { Log } from './log.ts';

const run = promisify(execFile);

/** On the path, or where Go's own installer puts it, which a shell without a profile does not look into. */
const COMMANDS = ['go', '/usr/local/go/bin/go'];
const OLDEST_MINOR = 26;
const TOO_OLD = `the installed Go is too old to build kube-apiserver for tests: install Go 1.${OLDEST_MINOR} or newer`;
const MISSING = `Go is needed to build kube-apiserver for tests: install Go 1.${OLDEST_MINOR} or newer`;

export interface Go {
  command: string;
  /** Such as `go1.26.8`: the toolchain that builds the module, which may be newer than the one installed. */
  version: string;
  /** The environment to run it in. */
  env: NodeJS.ProcessEnv;
}

/**
 * Finds a Go that builds the module. Where Go is missing it is installed on Debian for root; where it is too
 * old, Go fetches the toolchain that `go.mod` names through its module proxy, unless GOTOOLCHAIN forbids it.
 * Throws one line that says what to install.
 */
export async function ensureGo({ moduleDir, log }: { moduleDir: string; log: Log }): Promise<Go> {
  const command = (await findGo()) ?? (await installGo(log));
  const env = { ...process.env, GOTOOLCHAIN: process.env.GOTOOLCHAIN || 'auto' };
  const version = await toolchainOf(command, moduleDir, env);
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1]);
  if (minor < OLDEST_MINOR) throw new Error(TOO_OLD);
  return { command, version, env };
}

/** A Go since 1.21 fails here when it may not fetch the toolchain that it needs; an older one does not look. */
async function toolchainOf(command: string, moduleDir: string, env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout } = await run(command, ['env', 'GOVERSION'], { cwd: moduleDir, env });
    return stdout.trim();
  } catch (cause) {
    throw new Error(TOO_OLD, { cause });
  }
}

async function findGo(): Promise<string | null> {
  for (const command of COMMANDS) {
    const isThere = await run(command, ['version'], { env: { ...process.env, GOTOOLCHAIN: 'local' } }).then(
      () => true,
      () => false,
    );
    if (isThere) return command;
  }
  return null;
}

async function installGo(log: Log): Promise<string> {
  log('Go is missing: installing the golang package');
  await installDebianPackages(['golang', 'ca-certificates'], MISSING);
  return 'go';
}
