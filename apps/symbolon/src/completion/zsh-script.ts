import type { CompletionNode, CompletionOption, OptionValue } from './completion-tree.ts';

/** For zsh 5 and later with `compinit`: one function a command, in zsh's own words for options. */
export function zshScript(nodes: readonly CompletionNode[]): string {
  return `#compdef symbolon
# zsh completion for symbolon. Load it with: source <(symbolon completion zsh)
${nodes.map((node) => functionOf(node)).join('\n')}
if [ "$funcstack[1]" = "_symbolon" ]; then _symbolon "$@"; else compdef _symbolon symbolon; fi
`;
}

function functionOf(node: CompletionNode): string {
  const { path, commands, options, arguments: words } = node;
  const specs = options.flatMap(optionSpecs);
  const last =
    commands.length > 0
      ? [quote('1: :->command'), quote('*:: :->rest')]
      : words.length > 0
        ? [quote(`1: :(${words.join(' ')})`), quote('*: :')]
        : [quote('*: :')];
  const lines = [
    `${nameOf(path)}() {`,
    '  local context state line',
    '  typeset -A opt_args',
    `  _arguments -C ${[...specs, ...last].map((spec) => `\\\n    ${spec}`).join(' ')}`,
  ];
  return [...lines, ...(commands.length > 0 ? dispatch(node) : []), '}'].join('\n');
}

function dispatch({ path, commands }: CompletionNode): readonly string[] {
  const descriptions = commands.map(({ name, description }) => quote(`${name}:${plain(description)}`));
  const cases = commands
    .filter(({ name }) => name !== 'help')
    .map(({ name }) => `        ${name}) ${nameOf(`${path} ${name}`.trim())} ;;`);
  return [
    '  case $state in',
    `    command) local -a commands; commands=(${descriptions.join(' ')}); _describe command commands ;;`,
    '    rest)',
    '      case $line[1] in',
    ...cases,
    '      esac ;;',
    '  esac',
  ];
}

function optionSpecs({ short, long, description, value }: CompletionOption): readonly string[] {
  const words = `[${plain(description).replaceAll('[', '(').replaceAll(']', ')')}]`;
  return [short, long]
    .filter((flag) => flag !== undefined)
    .map((flag) => quote(`${value.kind === 'none' ? '' : '*'}${flag}${words}${actionOf(value)}`));
}

function actionOf(value: OptionValue): string {
  switch (value.kind) {
    case 'none':
      return '';
    case 'choice':
      return `:value:(${value.choices.join(' ')})`;
    case 'file':
      return ':file:_files';
    case 'text':
      return ':value: ';
  }
}

function nameOf(path: string): string {
  return path === '' ? '_symbolon' : `_symbolon_${path.replaceAll(/[^a-z]/g, '_')}`;
}

/** Colons part the words of zsh's descriptions. */
function plain(text: string): string {
  return text.replaceAll(':', '\\:');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
