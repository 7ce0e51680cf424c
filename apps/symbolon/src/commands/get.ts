import { isDnsLabel, type Kind } from '@symbolon/core';
import { type ClusterStatusView, clusterStatusView } from '@symbolon/protocol';
import { Command, InvalidArgumentError } from 'commander';
import { type AdminClient, openAdminClient } from '../cli/admin-client.ts';
import type { Cli } from '../cli/cli.ts';
import { refused, unavailable, wrongUsage } from '../cli/cli-failure.ts';
import { clusterStatusText } from '../cli/cluster-status-text.ts';
import { addConnectionOptions, type ConnectionOptions } from '../cli/connection-options.ts';
import type { JsonRecord } from '../cli/json-body.ts';
import {
  collectionOf,
  isOwned,
  KIND_WORDS,
  keyOf,
  LISTED_KINDS,
  type ListedKind,
  noSuchObject,
  pathOf,
  readKind,
} from '../cli/kinds.ts';
import { listAll } from '../cli/list-all.ts';
import { objectTable } from '../cli/object-table.ts';
import { type OutputFormat, outputOption, writeList, writeOutput } from '../cli/output.ts';
import { readCurrent } from '../cli/read-current.ts';
import { type ShownObject, showObject } from '../cli/shown-object.ts';

interface GetOptions extends ConnectionOptions {
  readonly system?: string;
  readonly labels?: string;
  readonly limit?: number;
  readonly output: OutputFormat;
}

const EXAMPLES = `
Kinds: ${LISTED_KINDS.map((kind) => KIND_WORDS[kind].plural).join(', ')}
(or "cluster", "system", "rule", ...). Targets and rules of every identity system are
listed unless --system names one. A single cluster is shown with the state of its keys.

Examples:
  symbolon get clusters
  symbolon get cluster prod
  symbolon get rules --system myidsystem --labels team=payments
  symbolon get rule web-tier --system myidsystem -o yaml > web-tier.yaml
  symbolon get targets -o json`;

/** `symbolon get KIND [NAME]`. */
export function createGetCommand(cli: Cli): Command {
  const command = new Command('get')
    .description('show objects: clusters, identity systems, targets, rules, revocations, tombstones')
    .argument('<kind>', 'what to show')
    .argument('[name]', 'the one of that name')
    .option('--system <name>', 'the identity system that owns the targets or rules')
    .option('-l, --labels <selector>', 'only what carries all of these labels: name=value,name=value')
    .option('--limit <number>', 'at most so many; default: all', readLimit)
    .addOption(outputOption());
  return addConnectionOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((kind: string, name: string | undefined, options: GetOptions) =>
      get({ kind, name }, options, cli),
    );
}

async function get(
  { kind: word, name }: { readonly kind: string; readonly name: string | undefined },
  options: GetOptions,
  cli: Cli,
): Promise<void> {
  const kind = readKind(word, LISTED_KINDS);
  judgeOptions(kind, name, options);
  const client = await openAdminClient(options, cli);
  if (name !== undefined) {
    const view =
      kind === 'Tombstone'
        ? await findTombstone(name, client)
        : await readObject(kind, name, { options, client });
    const isStatusShown = kind === 'Cluster' && options.output === 'table';
    const status = isStatusShown ? await readStatus(name, client) : null;
    return writeOutput(cli, shown(kind, view), {
      format: options.output,
      table: () => {
        const table = objectTable(kind, [view], cli.now());
        return status === null ? table : `${table}\n${clusterStatusText(status, cli.now())}`;
      },
    });
  }
  const views = await list(kind, options, client);
  const all = views.map((view) => shown(kind, view));
  writeList(cli, all, {
    format: options.output,
    table: () => objectTable(kind, views, cli.now()),
    none: `There are no ${KIND_WORDS[kind].plural} to show.`,
  });
}

function judgeOptions(
  kind: ListedKind,
  name: string | undefined,
  { system, labels, limit }: GetOptions,
): void {
  const { plural } = KIND_WORDS[kind];
  if (system !== undefined && !isOwned(kind)) {
    throw wrongUsage(`${plural} belong to no identity system`, 'Leave --system out.');
  }
  if (system !== undefined && !isDnsLabel(system)) throw wrongUsage('--system must be a DNS label');
  if (labels !== undefined && kind === 'Tombstone') throw wrongUsage('tombstones carry no labels');
  if (name === undefined) return;
  if (labels !== undefined || limit !== undefined) {
    throw wrongUsage('--labels and --limit choose among many: leave them out where a name is given');
  }
  if (kind !== 'Tombstone' && !isDnsLabel(name)) throw wrongUsage('a name is a DNS label: a-z, 0-9 and "-"');
}

/** A tombstone is no object that anybody writes, so it is shown as it is. */
function shown(kind: ListedKind, view: JsonRecord): ShownObject | JsonRecord {
  return kind === 'Tombstone' ? view : showObject(kind, view);
}

async function readObject(
  kind: Kind,
  name: string,
  { options, client }: { readonly options: GetOptions; readonly client: AdminClient },
): Promise<JsonRecord> {
  const key = keyOf(kind, name, options.system);
  const current = await readCurrent(key, client);
  if (current === null) throw noSuchObject(key);
  return current.view;
}

/** No part of the object, so that JSON and YAML are without it: those are what `apply` reads. */
async function readStatus(name: string, client: AdminClient): Promise<ClusterStatusView> {
  const path = `${pathOf(keyOf('Cluster', name, undefined))}/status`;
  const { json } = await client.demand({ method: 'GET', path });
  const parsed = clusterStatusView.safeParse(json);
  if (parsed.success) return parsed.data;
  throw unavailable(`the status of cluster ${name} cannot be read`, 'Is its version that of this program?');
}

async function findTombstone(name: string, client: AdminClient): Promise<JsonRecord> {
  const found = (await listAll(client, { path: '/tombstones' })).find((view) => view.name === name);
  if (found === undefined) throw refused(`there is no tombstone of ${name}`);
  return found;
}

/** Targets and rules without `--system` are those of every identity system, one after another. */
async function list(
  kind: ListedKind,
  options: GetOptions,
  client: AdminClient,
): Promise<readonly JsonRecord[]> {
  const { limit, labels: labelSelector, system } = options;
  if (kind === 'Tombstone') return listAll(client, { path: '/tombstones' }, limit);
  const query = { labelSelector };
  if (!isOwned(kind)) return listAll(client, { path: collectionOf(kind, undefined), query }, limit);
  if (system !== undefined) {
    const absent = () => noSuchObject({ kind: 'IdentitySystem', identitySystem: null, name: system });
    return listAll(client, { path: collectionOf(kind, system), query, absent }, limit);
  }
  const systems = await listAll(client, { path: collectionOf('IdentitySystem', undefined) });
  const found: JsonRecord[] = [];
  for (const { name } of systems) {
    if (typeof name !== 'string' || !isDnsLabel(name)) continue;
    const left = limit === undefined ? undefined : limit - found.length;
    if (left === 0) break;
    for (const view of await listAll(client, { path: collectionOf(kind, name), query }, left))
      found.push(view);
  }
  return found;
}

function readLimit(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}
