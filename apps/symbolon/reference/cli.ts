import { type Command, Help } from 'commander';
import type { Cli } from '../src/cli/cli.ts';
import { createProgram } from '../src/cli/create-program.ts';
import { page } from './markdown.ts';

const COLUMNS = 100;

/** Every command with the very help that the program shows. */
export async function cliPage(): Promise<string> {
  const commands = everyCommand(createProgram(describedCli(() => {})));
  const parts: string[] = [];
  for (const path of commands)
    parts.push(`## ${path.join(' ')}`, `\`\`\`text\n${await helpOf(path)}\n\`\`\``);
  return page('Commands', 'What `symbolon <command> --help` shows.', ...parts);
}

function everyCommand(command: Command, parents: readonly string[] = []): readonly (readonly string[])[] {
  const path = [...parents, command.name()];
  const children = new Help().visibleCommands(command).filter((child) => child.name() !== 'help');
  return [path, ...children.flatMap((child) => everyCommand(child, path))];
}

async function helpOf([, ...path]: readonly string[]): Promise<string> {
  let text = '';
  const program = createProgram(describedCli((written) => (text += written)));
  // Commander ends the parsing by throwing once the help is shown.
  await program.parseAsync([...path, '--help'], { from: 'user' }).catch(() => undefined);
  return text.trimEnd();
}

/** A process that is only asked for its width. */
function describedCli(write: (text: string) => void): Cli {
  const stdout = { isTty: false, hasColors: false, columns: COLUMNS, write };
  return { env: {}, stdout, stderr: stdout } as unknown as Cli;
}
