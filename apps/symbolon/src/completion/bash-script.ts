import type { CompletionNode, CompletionOption } from './completion-tree.ts';

/**
 * For bash 3.2 and later, without the bash-completion package: finds the command among the words before the cursor,
 * then offers its commands, options or values. What follows a word that is no option has a name that only the broker
 * knows, so nothing is offered there, and no name of a file either.
 */
export function bashScript(nodes: readonly CompletionNode[]): string {
  return `# bash completion for symbolon. Load it with: source <(symbolon completion bash)
_symbolon() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="" path="" word i skip="" given=0 words="" flags=""
  if [ "$COMP_CWORD" -gt 0 ]; then prev="\${COMP_WORDS[COMP_CWORD-1]}"; fi
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    # bash parts words at these, so the next piece is no word of its own.
    case "$word" in [:=]*) skip=1; continue ;; esac
    if [ -n "$skip" ]; then skip=""; continue; fi
    case "$path/$word" in
${pathCases(nodes)}
${skipCase(nodes)}
      */-*) ;;
      *) given=$((given + 1)) ;;
    esac
  done
  case "$path/$prev" in
${valueCases(nodes)}
  esac
  case "$path" in
${wordCases(nodes)}
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
    *)
      compopt +o default 2>/dev/null
      if [ "$given" -eq 0 ]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); fi ;;
  esac
}
complete -o default -F _symbolon symbolon
`;
}

/** From a command to the one under it; any other word leaves the command that was found. */
function pathCases(nodes: readonly CompletionNode[]): string {
  return nodes
    .filter(({ path }) => path !== '')
    .map(({ path }) => {
      const words = path.split(' ');
      return `      '${words.slice(0, -1).join(' ')}/${words.at(-1)}') path='${path}' given=0 ;;`;
    })
    .join('\n');
}

/** Options whose value is the next word. */
function skipCase(nodes: readonly CompletionNode[]): string {
  const valued = nodes.flatMap(({ path, options }) =>
    options.filter(({ value }) => value.kind !== 'none').map((option) => patterns(path, option)),
  );
  return `      ${valued.join(' | ')}) skip=1 ;;`;
}

/** After an option that takes a value. */
function valueCases(nodes: readonly CompletionNode[]): string {
  return nodes
    .flatMap(({ path, options }) =>
      options.flatMap((option) => {
        const action = valueAction(option);
        return action === null ? [] : [`    ${patterns(path, option)}) ${action}; return ;;`];
      }),
    )
    .join('\n');
}

function valueAction({ value }: CompletionOption): string | null {
  switch (value.kind) {
    case 'none':
      return null;
    case 'choice':
      return `COMPREPLY=($(compgen -W '${value.choices.join(' ')}' -- "$cur"))`;
    // Nothing of ours: `-o default` then completes names of files.
    case 'file':
      return ':';
    case 'text':
      return 'compopt +o default 2>/dev/null';
  }
}

function patterns(path: string, { short, long }: CompletionOption): string {
  return [short, long]
    .filter((flag) => flag !== undefined)
    .map((flag) => `'${path}/${flag}'`)
    .join(' | ');
}

/** Options are offered to whoever has begun one. */
function wordCases(nodes: readonly CompletionNode[]): string {
  return nodes
    .map(({ path, commands, arguments: words, options }) => {
      const names = [...commands.map(({ name }) => name), ...words];
      const flags = options.flatMap(({ short, long }) => [short, long]).filter((flag) => flag !== undefined);
      return `    '${path}') words='${names.join(' ')}' flags='${flags.join(' ')}' ;;`;
    })
    .join('\n');
}
