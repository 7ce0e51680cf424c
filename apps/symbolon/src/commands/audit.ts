import { createHash } from 'node:crypto';
import { type AuditEventView, auditEventsQuery, auditEventView } from '@symbolon/protocol';
import { Command, InvalidArgumentError, Option } from 'commander';
import { openAdminClient } from '../cli/admin-client.ts';
import { auditTable } from '../cli/audit-text.ts';
import type { Cli } from '../cli/cli.ts';
import { refused, unavailable, wrongUsage } from '../cli/cli-failure.ts';
import { addConnectionOptions, type ConnectionOptions } from '../cli/connection-options.ts';
import { parseDurationSeconds } from '../cli/duration.ts';
import { listAll } from '../cli/list-all.ts';
import { type OutputFormat, outputOption, writeList, writeOutput } from '../cli/output.ts';
import { readToken } from '../cli/read-text.ts';
import { instantOf } from '../cli/time.ts';

const FILTERS = {
  kind: ['--kind <kind>', 'what happened'],
  outcome: ['--outcome <outcome>', 'how an exchange ended'],
  reason: ['--reason <code>', 'the reason code of a refusal'],
  principal: ['--principal <id>', 'who changed something, or asked for an explanation'],
  cluster: ['--cluster <name>', "the workload's cluster"],
  namespace: ['--namespace <name>', "the workload's namespace"],
  serviceAccount: ['--service-account <name>', "the workload's ServiceAccount"],
  identitySystem: ['--system <name>', 'the identity system that was asked for or changed'],
  requestId: ['--request-id <id>', 'one request, as the log and an error name it'],
} as const;

type Filter = Exclude<keyof typeof FILTERS, 'identitySystem'> | 'system';

interface ListOptions extends ConnectionOptions, Partial<Readonly<Record<Filter, string>>> {
  readonly since?: number;
  readonly from?: string;
  readonly until?: string;
  readonly limit: number;
  readonly oldestFirst?: true;
  readonly output: OutputFormat;
}

/** `symbolon audit list|find`. */
export function createAuditCommand(cli: Cli): Command {
  return new Command('audit')
    .description('see what was issued, refused and changed')
    .addHelpText(
      'after',
      `
Examples:
  symbolon audit list --since 1h --outcome refused
  symbolon audit find --credential-file found-in-a-log.jwt`,
    )
    .addCommand(createList(cli))
    .addCommand(createFind(cli));
}

const LIST_EXAMPLES = `
Examples:
  symbolon audit list --since 1h
  symbolon audit list --outcome refused --namespace web
  symbolon audit list --kind change --system myidsystem -o json
  symbolon audit list --from 2027-01-31T08:00:00Z --until 2027-01-31T09:00:00Z --limit 1000`;

function createList(cli: Cli): Command {
  const command = new Command('list').description(
    'show events, the newest first; all that is given must hold',
  );
  for (const [name, [flags, description]] of Object.entries(FILTERS)) {
    const option = new Option(flags, description).helpGroup('Which:');
    command.addOption(isOfFew(name) ? option.choices(auditEventsQuery.shape[name].unwrap().options) : option);
  }
  command
    .addOption(
      new Option('--since <duration>', 'of the last 90s, 10m, 2h or 7d')
        .argParser(parseDurationSeconds)
        .helpGroup('When:'),
    )
    .addOption(new Option('--from <instant>', 'from then on (RFC 3339)').helpGroup('When:'))
    .addOption(new Option('--until <instant>', 'before then (RFC 3339)').helpGroup('When:'))
    .option('--limit <number>', 'at most so many', readLimit, 50)
    .option('--oldest-first', 'in the order in which they happened')
    .addOption(outputOption());
  return addConnectionOptions(command)
    .addHelpText('after', LIST_EXAMPLES)
    .action((options: ListOptions) => list(options, cli));
}

/** Whether a filter has so few values that all can be named. */
function isOfFew(filter: string): filter is 'kind' | 'outcome' {
  return filter === 'kind' || filter === 'outcome';
}

function readLimit(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new InvalidArgumentError('It must be a whole number from 1 to 999999.');
  return Number(text);
}

async function list(options: ListOptions, cli: Cli): Promise<void> {
  const { since, from, until, system: identitySystem, limit } = options;
  if (since !== undefined && from !== undefined) throw wrongUsage('give --since or --from, not both');
  const { kind, outcome, reason, principal, cluster, namespace, serviceAccount, requestId } = options;
  const query = {
    kind,
    outcome,
    reason,
    principal,
    cluster,
    namespace,
    serviceAccount,
    identitySystem,
    requestId,
    from: since === undefined ? from : instantOf(cli.now() - since * 1000),
    until,
    order: options.oldestFirst === true ? 'oldest' : 'newest',
  };
  const events = await readEvents({ query, limit }, options, cli);
  writeList(cli, events, {
    format: options.output,
    table: () => auditTable(events),
    none: 'There are no such events.',
  });
}

interface FindOptions extends ConnectionOptions {
  readonly jti?: string;
  readonly credentialFile?: string;
  readonly sourceJti?: string;
  readonly output: OutputFormat;
}

const FIND_EXAMPLES = `
A credential in a file is known by its SHA-256, which is computed here: the credential itself
does not leave this machine, and it is not shown.

Examples:
  symbolon audit find --credential-file found-in-a-log.jwt
  pbpaste | symbolon audit find --credential-file -
  symbolon audit find --jti 5b1f8c2e-0f6e-4d7b-9f0e-2a5172b5a0c1
  symbolon audit find --source-jti 0f6e4d7b -o json`;

function createFind(cli: Cli): Command {
  const command = new Command('find')
    .description('tell of a credential: for whom, by which rule, from which token')
    .option('--credential-file <file>', 'the credential; - for standard input')
    .option('--jti <jti>', 'its jti')
    .option('--source-jti <jti>', 'the jti of the subject token that it was issued for')
    .addOption(outputOption());
  return addConnectionOptions(command)
    .addHelpText('after', FIND_EXAMPLES)
    .action((options: FindOptions) => find(options, cli));
}

const FIND_LIMIT = 100;

async function find(options: FindOptions, cli: Cli): Promise<void> {
  const { jti, credentialFile, sourceJti } = options;
  if ([jti, credentialFile, sourceJti].filter((given) => given !== undefined).length !== 1) {
    throw wrongUsage('give one of --credential-file, --jti and --source-jti');
  }
  const credential =
    credentialFile === undefined ? undefined : await readToken(cli, credentialFile, 'the credential file');
  const query = {
    credentialJti: jti,
    sourceJti,
    credentialSha256:
      credential === undefined ? undefined : createHash('sha256').update(credential).digest('hex'),
  };
  const events = await readEvents({ query, limit: FIND_LIMIT }, options, cli);
  if (events.length === 0) {
    throw refused(
      'the audit trail does not know it',
      'Was it issued by this broker? "symbolon whoami" says which is asked.',
    );
  }
  writeOutput(cli, events, { format: options.output, table: () => auditTable(events) });
}

/** Events in the order asked for. One that this program cannot read ends the command: a trail must not have holes. */
async function readEvents(
  { query, limit }: { readonly query: Readonly<Record<string, string | undefined>>; readonly limit: number },
  options: ConnectionOptions,
  cli: Cli,
): Promise<readonly AuditEventView[]> {
  const client = await openAdminClient(options, cli);
  const items = await listAll(client, { path: '/audit-events', query }, limit);
  return items.map((item) => {
    const event = auditEventView.safeParse(item);
    if (!event.success)
      throw unavailable('an audit event cannot be read', 'Is the version of the broker newer than this?');
    return event.data;
  });
}
