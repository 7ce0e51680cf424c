import type { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';
import { createAdminCommand } from './admin.ts';
import { createApplyCommand } from './apply.ts';
import { createAuditCommand } from './audit.ts';
import { createCompletionCommand } from './completion.ts';
import { createConfigCommand } from './config-check.ts';
import { createContextCommand } from './context.ts';
import { createDeleteCommand } from './delete.ts';
import { createDoctorCommand } from './doctor.ts';
import { createExchangeCommand } from './exchange.ts';
import { createExplainCommand } from './explain.ts';
import { createGetCommand } from './get.ts';
import { createInitCommand } from './init.ts';
import { createMigrateCommand } from './migrate.ts';
import { createReleaseCommand } from './release.ts';
import { createRevokeCommand } from './revoke.ts';
import { createServeCommand } from './serve-command.ts';
import { createVersionCommand } from './version.ts';
import { createWhoamiCommand } from './whoami.ts';

/** Every command, in the groups and the order in which help shows them. */
export function createCommands(cli: Cli): readonly Command[] {
  return [
    ...grouped('Run the broker:', [
      createServeCommand(),
      createInitCommand(cli),
      createMigrateCommand(cli),
      createAdminCommand(cli),
      createDoctorCommand(cli),
    ]),
    ...grouped('Configure it:', [
      createGetCommand(cli),
      createApplyCommand(cli),
      createDeleteCommand(cli),
      createReleaseCommand(cli),
      createContextCommand(cli),
      createWhoamiCommand(cli),
    ]),
    ...grouped('Understand and end access:', [
      createExplainCommand(cli),
      createRevokeCommand(cli),
      createAuditCommand(cli),
    ]),
    ...grouped('Use it from a workload:', [createExchangeCommand(cli)]),
    ...grouped('This program:', [
      createConfigCommand(cli),
      createCompletionCommand(cli),
      createVersionCommand(cli),
    ]),
  ];
}

function grouped(heading: string, commands: readonly Command[]): readonly Command[] {
  return commands.map((command) => command.helpGroup(heading));
}
