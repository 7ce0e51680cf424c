import { Command } from 'commander';
import { createCommands } from '../commands/index.ts';
import { VERSION } from '../version.ts';
import type { Cli } from './cli.ts';
import { EXIT_CODE_MEANINGS, EXIT_CODES } from './exit-codes.ts';

/** The whole command line. Built anew for every run: commander's commands keep what they parsed. */
export function createProgram(cli: Cli): Command {
  const program = new Command('symbolon')
    .description('Identity-federation broker for Kubernetes workloads')
    .usage('<command> [options]')
    .version(VERSION, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .addHelpCommand(
      new Command('help')
        .argument('[command]')
        .description('show the help of a command')
        .helpGroup('This program:'),
    )
    .addHelpText('after', `\n${exitCodesText()}\n\n"symbolon <command> --help" shows options and examples.`);
  for (const command of createCommands(cli)) program.addCommand(command);
  configure(program, cli);
  return program;
}

/** Commands that are made one by one inherit nothing, so each is told where to write and how to end. */
function configure(command: Command, cli: Cli): void {
  command
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError(`("${pathOf(command)} --help" shows what can be asked for)`)
    .configureOutput({
      writeOut: (text) => cli.stdout.write(text),
      writeErr: (text) => cli.stderr.write(text),
      getOutHelpWidth: () => cli.stdout.columns,
      getErrHelpWidth: () => cli.stderr.columns,
      getOutHasColors: () => cli.stdout.hasColors,
      getErrHasColors: () => cli.stderr.hasColors,
    });
  for (const child of command.commands) {
    configure(child, cli);
    child.helpOption('-h, --help', 'show help');
    if (child.commands.length > 0) child.helpCommand(false);
  }
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function exitCodesText(): string {
  const names = Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[];
  return ['Exit codes:', ...names.map((name) => `  ${EXIT_CODES[name]}  ${EXIT_CODE_MEANINGS[name]}`)].join(
    '\n',
  );
}
