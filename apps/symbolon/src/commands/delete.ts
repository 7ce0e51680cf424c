import { isDnsLabel, type ObjectKey } from '@symbolon/core';
import { Command } from 'commander';
import { openAdminClient } from '../cli/admin-client.ts';
import type { Cli } from '../cli/cli.ts';
import { refused, wrongUsage } from '../cli/cli-failure.ts';
import { collect } from '../cli/collect.ts';
import { confirm } from '../cli/confirm.ts';
import { addConnectionOptions, type ConnectionOptions } from '../cli/connection-options.ts';
import { keyOf, nameOf, noSuchObject, OBJECT_KINDS, pathOf, readKind } from '../cli/kinds.ts';
import { readManifests } from '../cli/manifests/read-manifests.ts';
import { problemFailure } from '../cli/problem.ts';
import { readCurrent } from '../cli/read-current.ts';

interface DeleteOptions extends ConnectionOptions {
  readonly system?: string;
  readonly file?: readonly string[];
  readonly yes?: true;
  readonly ignoreNotFound?: true;
}

const EXAMPLES = `
An object that others refer to is not deleted: the answer names them. The name of a
deleted cluster or identity system cannot be used again until it is released
("symbolon get tombstones", "symbolon release").
A person at a terminal is asked before anything is deleted.

Examples:
  symbolon delete rule web-tier --system myidsystem
  symbolon delete cluster staging --yes
  symbolon delete -f old-rules.yaml`;

/** `symbolon delete KIND NAME`, `symbolon delete -f FILE|DIR|-`. */
export function createDeleteCommand(cli: Cli): Command {
  const command = new Command('delete')
    .description('delete an object, or all that files name')
    .argument('[kind]', 'cluster, system, target, rule or revocation')
    .argument('[name]', 'its name')
    .option('--system <name>', 'the identity system that owns the target or rule')
    .option('-f, --file <path>', 'a file, a folder, or - for standard input; repeatable', collect)
    .option('--ignore-not-found', 'what is not there counts as deleted')
    .option('-y, --yes', 'do not ask');
  return addConnectionOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((kind: string | undefined, name: string | undefined, options: DeleteOptions) =>
      deleteObjects({ kind, name }, options, cli),
    );
}

interface Named {
  readonly kind: string | undefined;
  readonly name: string | undefined;
}

async function deleteObjects(named: Named, options: DeleteOptions, cli: Cli): Promise<void> {
  const keys =
    options.file === undefined ? [readKey(named, options)] : await readKeys(named, options.file, cli);
  const client = await openAdminClient(options, cli);
  const found: { readonly key: ObjectKey; readonly etag: string }[] = [];
  for (const key of keys) {
    const current = await readCurrent(key, client);
    if (current !== null) found.push({ key, etag: current.etag });
    else if (options.ignoreNotFound !== true) throw noSuchObject(key);
  }
  if (found.length === 0) {
    cli.stderr.write('There is nothing to delete.\n');
    return;
  }
  const names = found.map(({ key }) => nameOf(key));
  await confirm(cli, `Delete ${names.join(', ')}?`, options.yes === true);
  for (const [index, { key, etag }] of found.entries()) {
    const answer = await client.ask({ method: 'DELETE', path: pathOf(key), headers: { 'If-Match': etag } });
    if (answer.kind === 'refused') {
      const failure =
        answer.status === 412
          ? refused(
              `${nameOf(key)} was changed by somebody else in between (412)`,
              'Look at it, and run this again.',
            )
          : problemFailure(answer.problem, nameOf(key));
      throw refused(failure.message, ...failure.hints, `Not deleted: ${names.slice(index).join(', ')}.`);
    }
    cli.stdout.write(`deleted ${nameOf(key)}\n`);
  }
}

function readKey({ kind: word, name }: Named, { system }: DeleteOptions): ObjectKey {
  if (word === undefined || name === undefined) {
    throw wrongUsage('name what to delete', 'symbolon delete KIND NAME, or symbolon delete -f FILE');
  }
  const kind = readKind(word, OBJECT_KINDS);
  if (!isDnsLabel(name)) throw wrongUsage('a name is a DNS label: a-z, 0-9 and "-"');
  if (system !== undefined && !isDnsLabel(system)) throw wrongUsage('--system must be a DNS label');
  return keyOf(kind, name, system);
}

/** What is owned goes before its owner. */
async function readKeys(named: Named, files: readonly string[], cli: Cli): Promise<readonly ObjectKey[]> {
  if (named.kind !== undefined) throw wrongUsage('give a kind and a name, or files, and not both');
  return (await readManifests(files, cli)).map(({ key }) => key).toReversed();
}
