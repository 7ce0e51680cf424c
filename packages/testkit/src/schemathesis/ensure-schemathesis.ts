import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installDebianPackages } from '../ensure-command.ts';
import { withBuildLock } from '../kube/build-lock.ts';
import { cacheRoot } from '../kube/cache-root.ts';
import type { Log } from '../kube/log.ts';

const run = promisify(execFile);

const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));
const OLDEST_MINOR = 10;
const MISSING = `Python is needed to try the API with Schemathesis: install Python 3.${OLDEST_MINOR} or newer with its venv module (Debian: apt-get install python3 python3-venv)`;

/**
 * Finds Schemathesis, which tries an API against its OpenAPI document, and gives the path of its program. It is
 * installed once a machine, by the pinned `requirements.txt`, into a virtual environment outside the work tree: a few
 * seconds and 80 MB. Throws one line that says what to install where there is no Python; never skips.
 */
export async function ensureSchemathesis({
  log,
  python: given,
}: {
  readonly log: Log;
  readonly python?: string;
}): Promise<string> {
  const python = given ?? (await ensurePython());
  const version = await pythonVersion(python);
  const digest = createHash('sha256')
    .update(`${version} ${process.platform} ${process.arch}\n`)
    .update(await readFile(REQUIREMENTS))
    .digest('hex');
  const folder = join(cacheRoot(), `schemathesis-${digest.slice(0, 16)}`);
  const environment = join(folder, 'venv');
  const program = join(environment, process.platform === 'win32' ? 'Scripts' : 'bin', 'schemathesis');
  // Written last: what is there without it is of an installation that was broken off.
  const whole = join(folder, 'installed');
  if (await exists(whole)) return program;

  await mkdir(folder, { recursive: true });
  return withBuildLock(join(folder, 'build.lock'), log, async () => {
    if (await exists(whole)) return program;
    log('installing Schemathesis: once per machine');
    await install(python, environment);
    await writeFile(whole, '');
    return program;
  });
}

/** Debian has the part that makes virtual environments in a package of its own. */
async function ensurePython(): Promise<string> {
  const isWhole = await run('python3', ['-c', 'import venv, ensurepip']).then(
    () => true,
    () => false,
  );
  if (!isWhole) await installDebianPackages(['python3', 'python3-venv'], MISSING);
  return 'python3';
}

async function install(python: string, environment: string): Promise<void> {
  await rm(environment, { recursive: true, force: true });
  try {
    await run(python, ['-m', 'venv', environment]);
  } catch (cause) {
    throw new Error(MISSING, { cause });
  }
  const folder = process.platform === 'win32' ? 'Scripts' : 'bin';
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '-r',
    REQUIREMENTS,
  ];
  await run(join(environment, folder, 'python'), pip);
}

/** Such as `3.11.2`. */
async function pythonVersion(python: string): Promise<string> {
  const version = await run(python, ['--version']).then(
    ({ stdout }) => /^Python (\S+)/.exec(stdout)?.[1] ?? '',
    () => '',
  );
  const [major, minor] = version.split('.').map(Number);
  if (major !== 3 || minor === undefined || minor < OLDEST_MINOR) throw new Error(MISSING);
  return version;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
