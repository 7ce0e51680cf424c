import { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';
import { createResetTokenCommand } from './admin-reset-token.ts';

/** `symbolon admin`: what is done to the database itself, for the day on which the admin API lets nobody in. */
export function createAdminCommand(cli: Cli): Command {
  return new Command('admin')
    .description('get back into the admin API, with access to the database')
    .addCommand(createResetTokenCommand(cli));
}
