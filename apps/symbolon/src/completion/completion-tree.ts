import type { Command, Option } from 'commander';

/**
 * Completion scripts for shells, made from the very tree that reads the command line, so that the two cannot differ.
 * A script is complete in itself: pressing TAB starts no process and evaluates nothing that was typed. Libraries that
 * ask the program at every TAB were tried; the scripts that they install evaluate the typed words.
 */
export interface CompletionNode {
  /** The words that lead to it, without the program's own: `revoke undo`; empty for the program. */
  readonly path: string;
  readonly commands: readonly Described[];
  readonly options: readonly CompletionOption[];
  /** Words that its first argument may be. */
  readonly arguments: readonly string[];
}

export interface Described {
  readonly name: string;
  readonly description: string;
}

export interface CompletionOption {
  readonly short: string | undefined;
  readonly long: string;
  readonly description: string;
  readonly value: OptionValue;
}

export type OptionValue =
  | { readonly kind: 'none' | 'file' | 'text' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] };

/** Words that commander's tree does not know: the argument of a command by its path. */
export type ArgumentWords = Readonly<Record<string, readonly string[]>>;

/** Every command with what can follow it, the program first. */
export function completionTree(program: Command, words: ArgumentWords): readonly CompletionNode[] {
  return visit(program, '', words);
}

function visit(command: Command, path: string, words: ArgumentWords): readonly CompletionNode[] {
  const help = command.createHelp();
  const children = command.commands;
  const node: CompletionNode = {
    path,
    commands: help
      .visibleCommands(command)
      .map((child) => ({ name: child.name(), description: child.description() })),
    options: help.visibleOptions(command).map(readOption),
    arguments: words[path] ?? command.registeredArguments[0]?.argChoices ?? [],
  };
  return [node, ...children.flatMap((child) => visit(child, `${path} ${child.name()}`.trim(), words))];
}

function readOption(option: Option): CompletionOption {
  return {
    short: option.short,
    long: option.long ?? option.flags,
    description: option.description,
    value: readValue(option),
  };
}

function readValue({ argChoices, flags, required, optional }: Option): OptionValue {
  if (!required && !optional) return { kind: 'none' };
  if (argChoices !== undefined) return { kind: 'choice', choices: argChoices };
  return { kind: /<(?:file|path)>/.test(flags) ? 'file' : 'text' };
}
