import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDnsLabel } from '@symbolon/core';
import { Command, InvalidArgumentError } from 'commander';
import type { Cli } from '../cli/cli.ts';
import { refused } from '../cli/cli-failure.ts';
import { toYaml } from '../cli/output.ts';
import { SECRET_FILE_NAMES } from '../config/secret-file-names.ts';
import { makeSecretFile } from '../serve/secret-file.ts';

interface InitOptions {
  readonly out: string;
  readonly name: string;
  readonly namespace?: string;
  readonly secret?: true;
}

const FILE_NAMES = Object.values(SECRET_FILE_NAMES);

/** `symbolon init`: the secrets of a deployment on PostgreSQL, which `serve` never makes itself. */
export function createInitCommand(cli: Cli): Command {
  return new Command('init')
    .description('make the key-encryption key and the admin token of a deployment')
    .requiredOption('--out <dir>', 'the folder for both files; it is made where it is not there')
    .option('--name <name>', 'of the Kubernetes Secret', asDnsLabel, 'symbolon')
    .option('--namespace <namespace>', "of the Secret; default: kubectl's", asDnsLabel)
    .option('--secret', 'print the Secret even to a terminal')
    .addHelpText(
      'after',
      `
Both files are made for their owner alone, and none that is there is ever touched. Keep a copy of the
key-encryption key where the database's backups are not: without it no stored key can be opened,
and with it and the database everything can. The broker on an embedded database makes its own.

Standard output is a Kubernetes Secret of both, except on a terminal, which would show it.

Examples:
  symbolon init --out secrets
  symbolon init --out secrets --namespace symbolon | kubectl apply -f -`,
    )
    .action((options: InitOptions) => init(options, cli));
}

function init(options: InitOptions, cli: Cli): void {
  const folder = resolve(cli.cwd, options.out);
  demandRoom(folder, options.out);
  for (const name of FILE_NAMES) {
    const path = join(folder, name);
    if (!makeSecretFile(path)) throw isThere(path);
    cli.stderr.write(`wrote ${path}\n`);
  }
  const isShown = options.secret === true || !cli.stdout.isTty;
  if (isShown) cli.stdout.write(secretManifest(folder, options));
  cli.stderr.write(nextSteps(folder, options, isShown));
}

/** Makes the folder, or sees that it is its owner's alone and that no secret lies in it. */
function demandRoom(folder: string, given: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { mode } = statSync(folder);
  if (process.platform !== 'win32' && mode & 0o077) {
    throw refused(`others can look into the folder ${given}, or write into it`, `chmod 700 ${given}`);
  }
  const present = FILE_NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (present !== undefined) throw isThere(present);
}

function isThere(path: string) {
  return refused(
    `${path} is there already, and nothing was written over it`,
    'Keep it: what a database holds under a key can be opened with that key alone.',
    'For another deployment name another folder. Remove it only if no broker was ever started with it.',
  );
}

function secretManifest(folder: string, { name, namespace }: InitOptions): string {
  const data = FILE_NAMES.map((file) => [file, readFileSync(join(folder, file)).toString('base64')] as const);
  return toYaml({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    type: 'Opaque',
    data: Object.fromEntries(data),
  });
}

/** The files outlive a pipe that failed, so how to make the Secret of them is always said. */
function nextSteps(folder: string, { name, namespace }: InitOptions, isShown: boolean): string {
  const create = [
    `kubectl create secret generic ${name}`,
    ...(namespace === undefined ? [] : [`--namespace ${namespace}`]),
    ...FILE_NAMES.map((file) => `--from-file ${join(folder, file)}`),
  ].join(' ');
  const [kek, adminToken] = [SECRET_FILE_NAMES.kek, SECRET_FILE_NAMES.adminToken].map((file) =>
    join(folder, file),
  );
  return [
    ...(isShown ? [] : ['The Secret is not shown on a terminal: pipe it to kubectl, or give --secret.']),
    `The Secret can be made of the files at any time: ${create}`,
    `Without Kubernetes: SYMBOLON_KEK_FILE=${kek} SYMBOLON_ADMIN_TOKEN_FILE=${adminToken}`,
    'Keep a copy of the key-encryption key apart from the backups of the database.',
    '',
  ].join('\n');
}

function asDnsLabel(text: string): string {
  if (!isDnsLabel(text)) {
    throw new InvalidArgumentError('Write lower-case letters, digits and "-", at most 63 of them.');
  }
  return text;
}
