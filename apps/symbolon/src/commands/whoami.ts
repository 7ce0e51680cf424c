import { whoamiView } from '@symbolon/protocol';
import { Command } from 'commander';
import { openAdminClient } from '../cli/admin-client.ts';
import type { Cli } from '../cli/cli.ts';
import { unavailable } from '../cli/cli-failure.ts';
import { addConnectionOptions, type ConnectionOptions } from '../cli/connection-options.ts';
import { type OutputFormat, outputOption, writeOutput } from '../cli/output.ts';
import { renderTable } from '../cli/table.ts';

interface WhoamiOptions extends ConnectionOptions {
  readonly output: OutputFormat;
}

const EXAMPLES = `
Examples:
  symbolon whoami
  symbolon whoami --context production -o json`;

/** `symbolon whoami`. */
export function createWhoamiCommand(cli: Cli): Command {
  const command = new Command('whoami')
    .description('show which broker is spoken to, and who you are to it')
    .addOption(outputOption());
  return addConnectionOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((options: WhoamiOptions) => whoami(options, cli));
}

async function whoami(options: WhoamiOptions, cli: Cli): Promise<void> {
  const client = await openAdminClient(options, cli);
  const { json } = await client.demand({ method: 'GET', path: '/whoami' });
  const { server, context } = client.connection;
  const principal = whoamiView.safeParse(json);
  if (!principal.success)
    throw unavailable("the broker's answer cannot be read", 'Is its version that of this program?');
  const { id, isGlobalOwner } = principal.data;
  const shown = { id, isGlobalOwner, server: server.origin, context };
  writeOutput(cli, shown, {
    format: options.output,
    table: () =>
      renderTable(
        ['principal', 'global owner', 'server', 'context'],
        [[id, isGlobalOwner ? 'yes' : 'no', server.origin, context ?? '']],
      ),
  });
}
