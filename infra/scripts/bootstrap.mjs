// Brings a fresh clone to the point where its own scripts can run, then runs one of them on the project's Node.
//
// It is the only file that the host's Node (20 or later) runs: it installs the locked packages, among them the
// Node that product and tests run on, and hands over. A second run finds the stamp and costs milliseconds.
//
//   node infra/scripts/bootstrap.mjs                       install only
//   node infra/scripts/bootstrap.mjs <script.ts> [args]    install, then run the script on the project's Node

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const stampFile = join(root, 'node_modules', '.symbolon-installed');

installWhenStale();
linkNode();
const [script, ...args] = process.argv.slice(2);
if (script !== undefined) run(join(root, script), args);

function installWhenStale() {
  const wanted = fingerprint();
  if (findNode() !== null && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  process.stderr.write(`Installing the locked packages with ${packageManager} ...\n`);
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  const install = spawnSync(
    npx,
    ['--yes', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    },
  );
  if (install.status !== 0) {
    process.stderr.write(
      'The packages could not be installed: see the lines above, mend what they name, and run the command again.\n',
    );
    process.exit(install.status ?? 1);
  }
  if (findNode() === null) {
    process.stderr.write(
      `No Node build is locked for ${process.platform}-${process.arch}: see optionalDependencies in package.json.\n`,
    );
    process.exit(1);
  }
  writeFileSync(stampFile, wanted);
}

function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, name)));
  return hash.digest('hex');
}

/**
 * Where pnpm puts a shell script in `.bin` that runs Node as its child, a link to Node itself: a signal must reach what
 * runs, and not a shell that dies of it and leaves the rest behind.
 */
function linkNode() {
  const link = join(root, 'node_modules', '.bin', 'node');
  if (process.platform === 'win32' || lstatSync(link).isSymbolicLink()) return;
  const draft = `${link}.${process.pid}`;
  symlinkSync(findNode(), draft);
  renameSync(draft, link);
}

/** The program of the locked Node. */
function findNode() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const names = process.platform === 'win32' ? ['node.exe', 'bin/node.exe'] : ['bin/node'];
  for (const packageName of Object.keys(optionalDependencies)) {
    for (const name of names) {
      const program = join(root, 'node_modules', packageName, name);
      if (existsSync(program)) return realpathSync(program);
    }
  }
  return null;
}

function run(file, rest) {
  const node = findNode();
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  const env = { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1' };
  const child = spawn(node, [file, ...rest], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
