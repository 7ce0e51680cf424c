import { isAudience } from '@symbolon/core';
import { Command } from 'commander';
import { openAdminClient } from '../cli/admin-client.ts';
import type { Cli } from '../cli/cli.ts';
import { refused, wrongUsage } from '../cli/cli-failure.ts';
import { confirm } from '../cli/confirm.ts';
import { addConnectionOptions, type ConnectionOptions } from '../cli/connection-options.ts';
import { nearestName } from '../cli/nearest-name.ts';
import { problemFailure } from '../cli/problem.ts';

interface ReleaseOptions extends ConnectionOptions {
  readonly yes?: true;
}

const KINDS: ReadonlyMap<string, 'Cluster' | 'IdentitySystem' | 'Audience'> = new Map([
  ['cluster', 'Cluster'],
  ['system', 'IdentitySystem'],
  ['identity-system', 'IdentitySystem'],
  ['identitysystem', 'IdentitySystem'],
  ['audience', 'Audience'],
]);

const EXAMPLES = `
Somebody out there may still trust what a deleted name stood for. Release it once nobody
does: from then on another team can take it.

Examples:
  symbolon get tombstones
  symbolon release cluster staging
  symbolon release audience https://vault.example.com --yes`;

/** `symbolon release KIND NAME`. */
export function createReleaseCommand(cli: Cli): Command {
  const command = new Command('release')
    .description('let the name of something deleted be used again')
    .argument('<kind>', 'cluster, system or audience')
    .argument('<name>', 'the name, or the audience')
    .option('-y, --yes', 'do not ask');
  return addConnectionOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((kind: string, name: string, options: ReleaseOptions) => release({ kind, name }, options, cli));
}

async function release(
  { kind: word, name }: { readonly kind: string; readonly name: string },
  options: ReleaseOptions,
  cli: Cli,
): Promise<void> {
  const kind = KINDS.get(word.toLowerCase());
  if (kind === undefined) {
    const hints = nearestName(word, [...KINDS.keys()]);
    throw wrongUsage('only a cluster, a system or an audience leaves a tombstone', ...hints);
  }
  if (!isAudience(name))
    throw wrongUsage('that is no name, nor an audience: 1 to 255 visible ASCII characters');
  const client = await openAdminClient(options, cli);
  await confirm(cli, `Let ${kind} ${name} be used again, by anybody?`, options.yes === true);
  const answer = await client.ask({
    method: 'POST',
    path: '/tombstones:release',
    headers: { 'Idempotency-Key': cli.createId() },
    body: { kind, name },
  });
  if (answer.kind === 'refused') {
    if (answer.status !== 404) throw problemFailure(answer.problem, `${kind} ${name}`);
    throw refused(
      `there is no tombstone of ${kind} ${name}, so nothing keeps it from being used`,
      '"symbolon get tombstones" shows those that are.',
    );
  }
  cli.stdout.write(`released ${kind} ${name}\n`);
}
