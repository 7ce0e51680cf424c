import { isDnsLabel, type JsonValue, type ObjectKey } from '@symbolon/core';
import { readObject, revocationBody } from '@symbolon/protocol';
import { Command, InvalidArgumentError, Option } from 'commander';
import { openAdminClient } from '../cli/admin-client.ts';
import type { Cli } from '../cli/cli.ts';
import { refused, wrongUsage } from '../cli/cli-failure.ts';
import { confirm } from '../cli/confirm.ts';
import { addConnectionOptions, type ConnectionOptions } from '../cli/connection-options.ts';
import { parseDurationSeconds } from '../cli/duration.ts';
import { collectionOf, nameOf, noSuchObject, pathOf } from '../cli/kinds.ts';
import { listAll } from '../cli/list-all.ts';
import { objectTable } from '../cli/object-table.ts';
import { optionOf } from '../cli/option-of.ts';
import { type OutputFormat, outputOption, writeList } from '../cli/output.ts';
import { inOptions, problemFailure } from '../cli/problem.ts';
import { readCurrent } from '../cli/read-current.ts';
import { showObject } from '../cli/shown-object.ts';
import { instantOf } from '../cli/time.ts';
import { warnOfUnknown } from '../cli/warn-of-unknown.ts';
import { addWorkloadOptions, readWorkload, type WorkloadOptions } from '../cli/workload-options.ts';

interface RevokeOptions extends ConnectionOptions, WorkloadOptions {
  readonly sourceJti?: string;
  readonly subject?: string;
  readonly issuedBefore?: string;
  readonly expiresIn?: number;
  readonly expiresAt?: string;
  readonly reason?: string;
  readonly name?: string;
  readonly yes?: true;
}

const EXAMPLES = `
A revocation ends further exchanges, whatever any rule allows: of one subject token, of one
subject, or of every workload that has all the names and uids that are given. It holds from
the moment at which this command returns, until it expires or is undone. A person at a
terminal is asked first; without a terminal, as in a script, nothing is asked.

Examples:
  symbolon revoke --cluster prod --namespace web --service-account api --reason "key leaked"
  symbolon revoke --cluster prod --node worker-7 --expires-in 2h --reason "node compromised"
  symbolon revoke --source-jti 5b1f8c2e-0f6e-4d7b-9f0e-2a51 --reason "seen in a log"
  symbolon revoke list
  symbolon revoke undo web-api-leak`;

/** `symbolon revoke`, with `list` and `undo` under it. */
export function createRevokeCommand(cli: Cli): Command {
  const what = (flags: string, description: string) =>
    new Option(flags, description).helpGroup('What is revoked:');
  const command = new Command('revoke')
    .description('end the access of a token, a subject or a workload at once')
    .usage('[options]')
    .addOption(what('--source-jti <jti>', 'the jti of one subject token'))
    .addOption(what('--subject <subject>', 'a whole subject, such as myidsystem.web.api'))
    .addOption(what('--issued-before <instant>', 'only tokens issued before then (RFC 3339, or "now")'))
    .option('--reason <text>', 'why, for the audit trail; required')
    .option(
      '--expires-in <duration>',
      'when the revocation itself ends: 90s, 10m, 2h, 7d',
      parseDurationSeconds,
    )
    .option('--expires-at <instant>', 'the same as an instant (RFC 3339); default: never')
    .option('--name <name>', 'how to call it: a DNS label; default: one is made', readName)
    .option('-y, --yes', 'do not ask')
    .enablePositionalOptions();
  return addConnectionOptions(addWorkloadOptions(command))
    .addCommand(createList(cli))
    .addCommand(createUndo(cli))
    .addHelpText('after', EXAMPLES)
    .action((options: RevokeOptions) => revoke(options, cli));
}

function readName(text: string): string {
  if (!isDnsLabel(text))
    throw new InvalidArgumentError('It must be a DNS label: at most 63 of a-z, 0-9 and "-".');
  return text;
}

async function revoke(options: RevokeOptions, cli: Cli): Promise<void> {
  const name = options.name ?? `revoked-${cli.createId()}`;
  const body = bodyOf(options, cli);
  const reading = await readObject(revocationBody, body);
  if (reading.kind === 'invalid') {
    const lines = reading.errors.map(({ pointer, detail }) => `${optionOf(pointer)} ${detail}`.trim());
    throw wrongUsage('this cannot be revoked', ...lines);
  }
  const key: ObjectKey = { kind: 'Revocation', identitySystem: null, name };
  const client = await openAdminClient(options, cli);
  await confirm(cli, `Revoke ${describe(body)}?`, options.yes === true);
  const answer = await client.ask({
    method: 'PUT',
    path: pathOf(key),
    headers: { 'If-None-Match': '*' },
    body,
  });
  if (answer.kind === 'refused') {
    if (answer.status !== 412) throw problemFailure(inOptions(answer.problem), nameOf(key));
    throw refused(`there is a revocation ${name} already (412)`, 'Give another --name, or none.');
  }
  cli.stdout.write(`revoked ${name}\n`);
  cli.stderr.write(`"symbolon revoke undo ${name}" takes it back.\n`);
  await warnOfUnknown(body, client, cli);
}

function bodyOf(options: RevokeOptions, cli: Cli): { readonly [member: string]: JsonValue } {
  const { sourceJti, subject, reason, expiresIn, expiresAt, issuedBefore } = options;
  const workload = readWorkload(options);
  const ends = [sourceJti, subject, workload ?? undefined].filter((end) => end !== undefined);
  if (ends.length !== 1) {
    throw wrongUsage(
      'say what is revoked: --source-jti, --subject, or a workload by its names or uids; one of these',
      'symbolon revoke --cluster prod --namespace web --reason "..." ends a whole namespace.',
    );
  }
  if (reason === undefined) throw wrongUsage('--reason is required: who reads the audit trail must know why');
  if (expiresIn !== undefined && expiresAt !== undefined)
    throw wrongUsage('give --expires-in or --expires-at');
  const end = expiresIn === undefined ? expiresAt : instantOf(cli.now() + expiresIn * 1000);
  return {
    ...(sourceJti === undefined ? {} : { sourceJti }),
    ...(subject === undefined ? {} : { subject }),
    ...(workload === null ? {} : { workload: { ...workload } }),
    ...(issuedBefore === undefined
      ? {}
      : { issuedBefore: issuedBefore === 'now' ? endOfSecond(cli.now()) : issuedBefore }),
    ...(end === undefined ? {} : { expiresAt: end }),
    reason,
  };
}

/** Tokens say in whole seconds when they were issued (`iat`), so those of this very second are among those before now. */
function endOfSecond(nowMs: number): string {
  return instantOf(nowMs + 1000);
}

function describe({ sourceJti, subject, workload }: { readonly [member: string]: JsonValue }): string {
  if (typeof sourceJti === 'string') return `the token ${sourceJti}`;
  if (typeof subject === 'string') return `subject ${subject}`;
  const parts = Object.entries((workload ?? {}) as object).map(
    ([member, value]) => `${member} ${String(value)}`,
  );
  return `every workload of ${parts.join(', ')}`;
}

function createList(cli: Cli): Command {
  const command = new Command('list').description('show the revocations').addOption(outputOption());
  return addConnectionOptions(command)
    .addHelpText('after', '\nExamples:\n  symbolon revoke list\n  symbolon revoke list -o yaml')
    .action(async (options: ConnectionOptions & { readonly output: OutputFormat }) => {
      const client = await openAdminClient(options, cli);
      const views = await listAll(client, { path: collectionOf('Revocation', undefined) });
      const shown = views.map((view) => showObject('Revocation', view));
      writeList(cli, shown, {
        format: options.output,
        table: () => objectTable('Revocation', views, cli.now()),
        none: 'Nothing is revoked.',
      });
    });
}

function createUndo(cli: Cli): Command {
  const command = new Command('undo')
    .description('take a revocation back: what it ended may go on')
    .argument('<name>', 'a revocation', readName)
    .option('-y, --yes', 'do not ask');
  return addConnectionOptions(command)
    .addHelpText('after', '\nExamples:\n  symbolon revoke undo web-api-leak')
    .action(async (name: string, options: ConnectionOptions & { readonly yes?: true }) => {
      const key: ObjectKey = { kind: 'Revocation', identitySystem: null, name };
      const client = await openAdminClient(options, cli);
      const current = await readCurrent(key, client);
      if (current === null) throw noSuchObject(key);
      await confirm(cli, `Take revocation ${name} back?`, options.yes === true);
      const headers = { 'If-Match': current.etag };
      const answer = await client.ask({ method: 'DELETE', path: pathOf(key), headers });
      if (answer.kind === 'refused') throw problemFailure(answer.problem, nameOf(key));
      cli.stdout.write(`undone ${name}\n`);
    });
}
