import { execFile } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withBuildLock } from './kube/build-lock.ts';
import { cacheRoot } from './kube/cache-root.ts';
import type { Log } from './kube/log.ts';

const run = promisify(execFile);

/** Whether a command runs at all, whatever it answers to `--version`. */
async function isThere(command: string): Promise<boolean> {
  return run(command, ['--version']).then(
    () => true,
    (error: { readonly code?: unknown }) => error.code !== 'ENOENT',
  );
}

/**
 * Sees to it that a program is on the path: where it is missing it is installed on Debian for root, from the package
 * of its name or of the one given. Throws one line that says what to install; never skips.
 */
export async function ensureCommand(command: string, log: Log, debianPackage = command): Promise<void> {
  if (await isThere(command)) return;
  await mkdir(cacheRoot(), { recursive: true });
  await withBuildLock(join(cacheRoot(), 'debian-packages.lock'), log, async () => {
    if (await isThere(command)) return;
    log(`${command} is missing: installing its package`);
    await installDebianPackages([debianPackage], `${command} is needed by the tests: install it`);
  });
}

/** Throws `missing` where this is no Debian, the user is not root, or the packages cannot be had. */
export async function installDebianPackages(packages: readonly string[], missing: string): Promise<void> {
  const isDebian = await access('/etc/debian_version').then(
    () => true,
    () => false,
  );
  if (!isDebian || process.getuid?.() !== 0) throw new Error(missing);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update', '-q'], { env });
    await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], { env });
  } catch (cause) {
    throw new Error(missing, { cause });
  }
}
