import type { CompletionNode, CompletionOption } from './completion-tree.ts';

/** For fish 3 and later: one `complete` a command, option or word, each with the condition under which it is offered. */
export function fishScript(nodes: readonly CompletionNode[]): string {
  return `# fish completion for symbolon. Load it with: symbolon completion fish | source
function __symbolon_words
  # The words before the cursor without the program, options and the values of options.
  set -l skip 0
  for word in (commandline -opc)[2..]
    if test $skip -eq 1
      set skip 0
    else if contains -- $word ${valuedFlags(nodes).join(' ')}
      set skip 1
    else if not string match -q -- '-*' $word
      echo $word
    end
  end
end
function __symbolon_first --argument-names depth
  # A name that only the broker knows follows the first word.
  test (count (__symbolon_words)) -eq $depth
end
function __symbolon_at --argument-names depth
  # Whether the words before the cursor begin with the first $depth of the others, and name none
  # of the rest, which are the commands further down, after them.
  set -l path $argv[2..(math $depth + 1)]
  test $depth -eq 0; and set path
  set -l words (__symbolon_words)
  test (count $words) -ge $depth; or return 1
  if test $depth -gt 0
    test "$words[1..$depth]" = "$path"; or return 1
  end
  set -l next (math $depth + 1)
  test (count $words) -lt $next; and return 0
  not contains -- $words[$next] $argv[(math $depth + 2)..]
end
complete -c symbolon -f
${nodes.flatMap(nodeLines).join('\n')}
`;
}

function nodeLines({ path, commands, options, arguments: words }: CompletionNode): readonly string[] {
  const steps = path.split(' ').filter((step) => step !== '');
  const condition = ['__symbolon_at', steps.length, ...steps, ...commands.map(({ name }) => name)].join(' ');
  const start = `complete -c symbolon -n ${quote(condition)}`;
  const first = `complete -c symbolon -n ${quote(`${condition}; and __symbolon_first ${steps.length}`)}`;
  return [
    ...commands.map(({ name, description }) => `${first} -a ${name} -d ${quote(description)}`),
    ...words.map((word) => `${first} -a ${word}`),
    ...options.map((option) => `${start} ${optionWords(option)}`),
  ];
}

function valuedFlags(nodes: readonly CompletionNode[]): readonly string[] {
  const valued = nodes.flatMap(({ options }) => options.filter(({ value }) => value.kind !== 'none'));
  const flags = valued.flatMap(({ short, long }) => [short, long]).filter((flag) => flag !== undefined);
  return [...new Set(flags)];
}

function optionWords({ short, long, description, value }: CompletionOption): string {
  const names = `${short === undefined ? '' : `-s ${short.slice(1)} `}-l ${long.slice(2)}`;
  return `${names}${valueWords(value)} -d ${quote(description)}`;
}

function valueWords(value: CompletionOption['value']): string {
  switch (value.kind) {
    case 'none':
      return '';
    case 'choice':
      return ` -x -a ${quote(value.choices.join(' '))}`;
    case 'file':
      return ' -r -F';
    case 'text':
      return ' -x';
  }
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
