import { Command, Option } from 'commander';
import type { Cli } from '../cli/cli.ts';
import { refused } from '../cli/cli-failure.ts';
import { addConnectionOptions } from '../cli/connection-options.ts';
import { type OutputFormat, outputOption, writeOutput } from '../cli/output.ts';
import { paint } from '../cli/paint.ts';
import { printable } from '../cli/printable.ts';
import { ROLES } from '../config/run-options.ts';
import { type ExamineOptions, examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';

/** `symbolon doctor`: what is wrong, and how each thing is mended. */
export function createDoctorCommand(cli: Cli): Command {
  const doctor = new Command('doctor')
    .description('look at configuration, storage, clock, keys and reachability, and say what to mend')
    .option(
      '--issuer <url>',
      'the gateway, as in the "iss" of its credentials; default: that of the settings',
    )
    .option('--config <file>', 'the YAML file that "serve" is given')
    .addOption(new Option('--role <role>', 'the role that "serve" is given').choices(ROLES).default('all'))
    .addOption(outputOption());
  return addConnectionOptions(doctor)
    .addHelpText(
      'after',
      `
It changes nothing, and needs no running broker: what it could not look at it says. Run it on the
machine of the broker with the same settings to have its files looked at too. Ends with 1 where
there is a problem.

Examples:
  symbolon doctor
  symbolon doctor --config symbolon.yaml -o json
  symbolon doctor --config symbolon.yaml --role gateway
  symbolon doctor --issuer https://symbolon.example --server https://admin.symbolon.example --token-file token`,
    )
    .action(async (options: ExamineOptions & { readonly output: OutputFormat }) => {
      const findings = await examine(cli, options);
      writeOutput(cli, { findings }, { format: options.output, table: () => textOf(cli, findings) });
      if (findings.some(({ status }) => status === 'problem')) throw refused('');
    });
}

const COLORS = { ok: 'green', warning: 'yellow', problem: 'red', unchecked: 'gray' } as const;

function textOf({ stdout }: Cli, findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ area, status, what, fix }) => [
    `${paint(stdout, COLORS[status], status.padEnd(9))}  ${area.padEnd(13)}  ${printable(what)}`,
    ...(fix === null ? [] : [`${' '.repeat(26)}fix: ${printable(fix)}`]),
  ]);
  return `${lines.join('\n')}\n`;
}
