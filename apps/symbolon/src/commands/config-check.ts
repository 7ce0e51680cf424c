import { Command, Option } from 'commander';
import type { Cli } from '../cli/cli.ts';
import { refused } from '../cli/cli-failure.ts';
import { withCommandSettings } from '../cli/command-settings.ts';
import { type OutputFormat, outputOption, writeOutput } from '../cli/output.ts';
import { printable } from '../cli/printable.ts';
import { readConfigOption } from '../cli/read-text.ts';
import { renderTable } from '../cli/table.ts';
import { type CheckedConfiguration, checkConfiguration } from '../config/check-configuration.ts';
import { ROLES, type Role, SINGLE_PROCESS } from '../config/run-options.ts';

interface ConfigCheckOptions {
  readonly config?: string;
  readonly role: Role;
  readonly output: OutputFormat;
}

/** `symbolon config check`: what is in force, where it comes from, and everything that is wrong with it. */
export function createConfigCommand(cli: Cli): Command {
  const check = new Command('check')
    .description('show the configuration in force, where each value comes from, and every problem')
    .option('--config <file>', 'the YAML file that "serve" is given')
    .addOption(new Option('--role <role>', 'the role that "serve" is given').choices(ROLES).default('all'))
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
The environment wins over the file, and the file over the defaults. The file is for "serve" alone;
what a context gives the other commands is shown as theirs. A value that cannot be used is not
shown: it may be a secret in the wrong place. Ends with 1 where there is a problem.

Examples:
  symbolon config check
  symbolon config check --config symbolon.yaml
  symbolon config check --role gateway
  symbolon config check -o json`,
    )
    .action(({ config: path, role, output }: ConfigCheckOptions) => {
      const file = readConfigOption(cli, path);
      const ofServe = checkConfiguration({ env: cli.env, file }, { ...SINGLE_PROCESS, role });
      const checked = withCommandSettings(ofServe, cli);
      writeOutput(cli, checked, { format: output, table: () => tableOf(checked) });
      if (checked.problems.length > 0) throw refused('');
    });
  return new Command('config').description('check the configuration').addCommand(check);
}

function tableOf({ settings, problems }: CheckedConfiguration): string {
  const rows = settings.map(({ variable, value, origin, scope }) => [
    variable,
    value ?? '',
    origin,
    scope === 'both' ? 'serve, cli' : scope,
  ]);
  const lines = problems.map((problem) => `problem: ${printable(problem)}\n`);
  const said = problems.length === 0 ? 'no problems\n' : lines.join('');
  // Of a file that cannot be read nobody knows what is in force.
  if (settings.length === 0) return said;
  return `${renderTable(['setting', 'value', 'from', 'for'], rows)}\n${said}`;
}
