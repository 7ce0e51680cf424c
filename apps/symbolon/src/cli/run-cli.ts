import { CommanderError } from 'commander';
import { explainFailure } from '../explain-failure.ts';
import type { Cli } from './cli.ts';
import { CliFailure, wrongUsage } from './cli-failure.ts';
import { createProgram } from './create-program.ts';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { paint } from './paint.ts';
import { printable } from './printable.ts';
import { holdsToken } from './token-text.ts';

/** Runs one command line, without the name of the program, and says how it ended. Everything thrown ends here. */
export async function runCli(args: readonly string[], cli: Cli): Promise<ExitCode> {
  try {
    if (args.some(holdsToken)) throw tokenAsArgument();
    await createProgram(cli).parseAsync(args, { from: 'user' });
    return EXIT_CODES.ok;
  } catch (error) {
    // Commander has written its words already; help and version are no failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
    if (!(error instanceof CliFailure)) {
      cli.stderr.write(`${explainFailure(error)}\n`);
      return EXIT_CODES.refused;
    }
    if (error.message !== '') cli.stderr.write(failureText(error, cli));
    return error.exitCode;
  }
}

/** What is on a command line can be read by every user of the machine, and stays in the history of the shell. */
function tokenAsArgument(): CliFailure {
  return wrongUsage(
    'a token is among the arguments, where everybody on this machine can read it',
    'Put it into a file and give the name of the file, or "-" to read it from standard input.',
    'Treat that token as disclosed.',
  );
}

function failureText({ message, hints }: CliFailure, { stderr }: Cli): string {
  const [first = '', ...rest] = message.split('\n').map(printable);
  const lines = [
    `${paint(stderr, 'red', 'error:')} ${first}`,
    ...rest,
    ...hints.map((hint) => `  ${printable(hint)}`),
  ];
  return `${lines.join('\n')}\n`;
}
