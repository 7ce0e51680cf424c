import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { withBuildLock } from '../kube/build-lock.ts';
import { cacheRoot } from '../kube/cache-root.ts';
import { type Log, logToStderr } from '../kube/log.ts';
import { type UnprivilegedUser, unprivilegedUser } from './unprivileged-user.ts';

export type PostgresVersion = '15' | '18';

/** What a server is made of. */
export interface PostgresFiles {
  /** The folder of `postgres` and `initdb`. */
  readonly binDir: string;
  /** An initialised cluster that no server runs on, to be copied. */
  readonly cluster: string;
  readonly runAs: UnprivilegedUser | null;
}

/** The one superuser of every cluster. It guards nothing: the server listens on loopback while a test runs. */
export const SUPERUSER = { user: 'postgres', password: 'symbolon-tests' } as const;

/** Raised with whatever is made here, so that what an earlier version left is not used. */
const LAYOUT = 1;

/** Finds the programs of a version and initialises a cluster: seconds the first time on a machine, nothing later. */
export async function ensurePostgres(
  version: PostgresVersion,
  { log = logToStderr }: { readonly log?: Log } = {},
): Promise<PostgresFiles> {
  const runAs = await unprivilegedUser();
  const root = join(cacheFolder(), 'postgres');
  const { packageDir, release } = await findPackage(version);
  const made = join(root, `${release}-${LAYOUT}`);
  if (!existsSync(made)) {
    await mkdir(root, { recursive: true });
    await withBuildLock(join(root, 'lock'), log, async () => {
      if (existsSync(made)) return;
      log(`making a cluster of PostgreSQL ${release} for tests`);
      await make({ packageDir, folder: `${made}.unfinished`, runAs });
      await rename(`${made}.unfinished`, made);
    });
  }
  return { binDir: join(made, 'bin'), cluster: join(made, 'cluster'), runAs };
}

/** Root's home is closed to the user that the server runs as, so root's cache is the machine's. */
function cacheFolder(): string {
  return process.getuid?.() === 0 ? '/var/cache/symbolon' : cacheRoot();
}

async function findPackage(
  version: PostgresVersion,
): Promise<{ readonly packageDir: string; readonly release: string }> {
  const name = `postgres-${version}-${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `${name} is not installed: PostgreSQL for tests is there for linux-x64, linux-arm64, darwin-arm64`,
    );
  }
  const packageDir = dirname(dirname(entry));
  const manifest = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { packageDir, release: manifest.version };
}

async function make(options: {
  readonly packageDir: string;
  readonly folder: string;
  readonly runAs: UnprivilegedUser | null;
}): Promise<void> {
  const { packageDir, folder, runAs } = options;
  await rm(folder, { recursive: true, force: true });
  await cp(join(packageDir, 'native'), folder, { recursive: true });
  // The server's user must get in, whatever the umask is; what it may not read has modes of its own.
  for (const path of [dirname(folder), folder]) await chmod(path, 0o755);
  await restoreLinks(folder);

  const cluster = join(folder, 'cluster');
  await mkdir(cluster, { mode: 0o700 });
  const passwordFile = join(folder, 'superuser');
  await writeFile(passwordFile, SUPERUSER.password);
  if (runAs !== null) await chown(cluster, runAs.uid, runAs.gid);
  const initdb = promisify(execFile);
  await initdb(join(folder, 'bin', 'initdb'), [...initdbFlags(passwordFile), cluster], { ...runAs, env: {} });
}

/** npm cannot carry symbolic links: the package lists those of its libraries, and expects a script to make them. */
async function restoreLinks(folder: string): Promise<void> {
  const listed = await readFile(join(folder, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    const link = join(folder, target.replace(/^native\//, ''));
    if (!existsSync(link)) await symlink(basename(source), link);
  }
}

/** A locale in which texts are not ordered by their bytes, as most servers have one: what must be must say so. */
function initdbFlags(passwordFile: string): string[] {
  return [
    `--username=${SUPERUSER.user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=icu',
    '--icu-locale=en-US',
    '--wal-segsize=1',
    '--no-sync',
    '--no-instructions',
    '--pgdata',
  ];
}
