import { isDnsLabel, type ObjectKey } from '@symbolon/core';
import { Command } from 'commander';
import { type AdminAnswer, type AdminClient, openAdminClient } from '../cli/admin-client.ts';
import type { Cli } from '../cli/cli.ts';
import { type CliFailure, refused, wrongUsage } from '../cli/cli-failure.ts';
import { collect } from '../cli/collect.ts';
import { confirm } from '../cli/confirm.ts';
import { addConnectionOptions, type ConnectionOptions } from '../cli/connection-options.ts';
import { keyOf, nameOf, noSuchObject, OBJECT_KINDS, pathOf, readKind } from '../cli/kinds.ts';
import { deletionPlanText, type PlannedDeletion } from '../cli/manifests/deletion-plan.ts';
import type { Manifest } from '../cli/manifests/manifest.ts';
import { readManifests } from '../cli/manifests/read-manifests.ts';
import { detailLines, problemFailure } from '../cli/problem.ts';
import { readCurrent } from '../cli/read-current.ts';

interface DeleteOptions extends ConnectionOptions {
  readonly system?: string;
  readonly file?: readonly string[];
  readonly dryRun?: true;
  readonly yes?: true;
  readonly ignoreNotFound?: true;
}

const EXAMPLES = `
An object that others refer to is not deleted: the answer names them. The name of a
deleted cluster or identity system cannot be used again until it is released
("symbolon get tombstones", "symbolon release").
With files the plan is shown first. A person at a terminal is asked before anything is
deleted; without a terminal, as in a script, nothing is asked.

Examples:
  symbolon delete rule web-tier --system myidsystem
  symbolon delete cluster staging --yes
  symbolon delete -f old-rules.yaml --dry-run
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
    .option('--dry-run', 'only show what would be deleted, and what is in the way')
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
  const { file } = options;
  const wanted =
    file === undefined ? [{ key: readKey(named, options), place: null }] : await readFiles(named, file, cli);
  const client = await openAdminClient(options, cli);
  const plan: PlannedDeletion[] = [];
  for (const { key, place } of wanted) {
    const current = await readCurrent(key, client);
    if (current === null && options.ignoreNotFound !== true) throw noSuchObject(key);
    const etag = current?.etag ?? null;
    const inTheWay = options.dryRun ? await tryDeletion({ key, etag }, plan, client) : [];
    plan.push({ key, place, etag, inTheWay });
  }
  const seen = plan.flatMap(({ key, etag }) => (etag === null ? [] : [{ key, etag }]));
  if (seen.length === 0) {
    cli.stderr.write('There is nothing to delete.\n');
    return;
  }
  if (file !== undefined || options.dryRun) cli.stdout.write(deletionPlanText(plan, cli.stdout));
  if (options.dryRun) {
    cli.stdout.write('This was a dry run: nothing was deleted.\n');
    return;
  }
  const what = file === undefined ? seen.map(({ key }) => nameOf(key)).join() : 'all of these';
  await confirm(cli, `Delete ${what}?`, options.yes === true);
  await deleteSeen(seen, client, cli);
}

interface SeenObject {
  readonly key: ObjectKey;
  readonly etag: string;
}

/** In the state in which each was seen, one after another, up to the first that is refused. */
async function deleteSeen(seen: readonly SeenObject[], client: AdminClient, cli: Cli): Promise<void> {
  for (const [index, { key, etag }] of seen.entries()) {
    const answer = await client.ask({ method: 'DELETE', path: pathOf(key), headers: { 'If-Match': etag } });
    if (answer.kind === 'refused') {
      const { message, hints } = refusalOf(answer, key);
      const left = seen.slice(index).map((object) => nameOf(object.key));
      throw refused(message, ...hints, `Not deleted: ${left.join(', ')}.`);
    }
    cli.stdout.write(`deleted ${nameOf(key)}\n`);
  }
}

/**
 * What the broker says is in the way of a deletion that it only tries. It judges each as things stand: what is deleted
 * before may be what is in the way, so that alone ends nothing.
 */
async function tryDeletion(
  { key, etag }: Pick<PlannedDeletion, 'key' | 'etag'>,
  before: readonly PlannedDeletion[],
  client: AdminClient,
): Promise<readonly string[]> {
  if (etag === null) return [];
  const headers = { 'If-Match': etag };
  const query = { dryRun: 'true' };
  const answer = await client.ask({ method: 'DELETE', path: pathOf(key), query, headers });
  if (answer.kind === 'ok') return [];
  const mayBeCleared = before.some((other) => other.etag !== null && other.key.kind !== key.kind);
  if (answer.problem.code === 'conflict' && mayBeCleared) return detailLines(answer.problem);
  throw refusalOf(answer, key);
}

function refusalOf(
  { status, problem }: Extract<AdminAnswer, { kind: 'refused' }>,
  key: ObjectKey,
): CliFailure {
  if (status !== 412) return problemFailure(problem, nameOf(key));
  return refused(
    `${nameOf(key)} was changed by somebody else in between (412)`,
    'Look at it, and run this again.',
  );
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
async function readFiles(named: Named, files: readonly string[], cli: Cli): Promise<readonly Manifest[]> {
  if (named.kind !== undefined) throw wrongUsage('give a kind and a name, or files, and not both');
  return (await readManifests(files, cli)).toReversed();
}
