import { type Command, Option } from 'commander';
import { SETTINGS } from '../config/settings.ts';

/** Where the broker's admin API is, and what to show it. */
export interface ConnectionOptions {
  readonly server?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
  readonly context?: string;
}

/** The options by which every command that speaks to the admin API is told where it is. */
export function addConnectionOptions(command: Command): Command {
  return command
    .addOption(connection('--server <url>', `the admin API; default: ${SETTINGS.SERVER.default}`))
    .addOption(
      connection(
        '--token-file <file>',
        `your bearer token; default: ${SETTINGS.DATA_DIR.default}/admin-token`,
      ),
    )
    .addOption(connection('--ca-file <file>', "PEM certificates that the server's must lead to"))
    .addOption(connection('--context <name>', 'take these from a context ("symbolon context")'));
}

function connection(flags: string, description: string): Option {
  return new Option(flags, description).helpGroup('Connection:');
}
