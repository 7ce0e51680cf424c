import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Log } from './log.ts';

const run = promisify(execFile);

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
  if (!(await isInstalled())) await installGo(log);
  const env = { ...process.env, GOTOOLCHAIN: process.env.GOTOOLCHAIN || 'auto' };
  try {
    const { stdout } = await run('go', ['env', 'GOVERSION'], { cwd: moduleDir, env });
    return { command: 'go', version: stdout.trim(), env };
  } catch (cause) {
    throw new Error('the installed Go is too old for the test kit: install Go 1.26 or newer', { cause });
  }
}

function isInstalled(): Promise<boolean> {
  return run('go', ['version'], { env: { ...process.env, GOTOOLCHAIN: 'local' } }).then(
    () => true,
    () => false,
  );
}

async function installGo(log: Log): Promise<void> {
  const message = 'Go is needed to build kube-apiserver for tests: install Go 1.26 or newer';
  const isDebian = await access('/etc/debian_version').then(
    () => true,
    () => false,
  );
  if (!isDebian || process.getuid?.() !== 0) throw new Error(message);

  log('Go is missing: installing the golang package');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update', '-q'], { env });
    await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'golang', 'ca-certificates'], {
      env,
    });
  } catch (cause) {
    throw new Error(message, { cause });
  }
}
