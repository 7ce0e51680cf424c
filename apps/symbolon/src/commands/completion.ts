import { Argument, Command } from 'commander';
import type { Cli } from '../cli/cli.ts';
import { wrongUsage } from '../cli/cli-failure.ts';
import { KIND_WORDS, LISTED_KINDS, OBJECT_KINDS } from '../cli/kinds.ts';
import { bashScript } from '../completion/bash-script.ts';
import { completionTree } from '../completion/completion-tree.ts';
import { fishScript } from '../completion/fish-script.ts';
import { zshScript } from '../completion/zsh-script.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

type Shell = keyof typeof SCRIPTS;

const SHELLS = Object.keys(SCRIPTS) as readonly Shell[];

const ARGUMENT_WORDS = {
  get: LISTED_KINDS.map((kind) => KIND_WORDS[kind].plural),
  delete: OBJECT_KINDS.map((kind) => KIND_WORDS[kind].words[0]),
  release: ['cluster', 'system', 'audience'],
};

const EXAMPLES = `
Examples:
  source <(symbolon completion bash)           # or add this line to ~/.bashrc
  symbolon completion zsh > "\${fpath[1]}/_symbolon"
  symbolon completion fish > ~/.config/fish/completions/symbolon.fish`;

/** `symbolon completion SHELL`. The tree that it completes is the one that it hangs in. */
export function createCompletionCommand(cli: Cli): Command {
  return new Command('completion')
    .description('print a script with which a shell completes commands and options')
    .addArgument(new Argument('<shell>', 'for which shell').choices(SHELLS).argParser(readShell))
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell, _options: object, command: Command) => {
      cli.stdout.write(SCRIPTS[shell](completionTree(command.parent ?? command, ARGUMENT_WORDS)));
    });
}

/** In words of our own: commander's speak of its classes. */
function readShell(word: string): Shell {
  const shell = SHELLS.find((known) => known === word);
  if (shell === undefined) throw wrongUsage(`there is no script for ${word}`, 'Give bash, zsh or fish.');
  return shell;
}
