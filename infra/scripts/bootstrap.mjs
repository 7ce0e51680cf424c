// Brings a fresh clone to the point where its own scripts can run, then runs one of them on the project's Node.
//
// It is the only file that the host's Node (20 or later) runs: it installs the locked packages, among them the
// Node that product and tests run on, and hands over. A second run finds the stamp and costs milliseconds.
//
//   node infra/scripts/bootstrap.mjs                       install only
//   node infra/scripts/bootstrap.mjs <script.ts> [args]    install, then run the script on the project's Node

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const stampFile = join(root, 'node_modules', '.symbolon-installed');
const node = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

installWhenStale();
const [script, ...args] = process.argv.slice(2);
if (script !== undefined) run(join(root, script), args);

function installWhenStale() {
  const wanted = fingerprint();
  if (existsSync(node) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
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
  if (!existsSync(node)) {
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

function run(file, rest) {
  const path = `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`;
  const child = spawn(node, [file, ...rest], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1' },
    shell: process.platform === 'win32',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
