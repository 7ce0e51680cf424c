import { Option } from 'commander';
import { stringify } from 'yaml';
import type { Cli } from './cli.ts';

export const OUTPUT_FORMATS = ['table', 'json', 'yaml'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** `-o table|json|yaml`, the same on every command that shows something. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to show it')
    .choices(OUTPUT_FORMATS)
    .default('table')
    .helpGroup('Output:');
}

/** Shows a value to people as `table` makes it, and to programs as JSON or YAML. */
export function writeOutput({ stdout }: Pick<Cli, 'stdout'>, value: unknown, shape: Shape): void {
  stdout.write(outputText(value, shape));
}

/** Shows a list the same way. Of an empty one there is no table; `none` says so beside it. */
export function writeList(
  { stdout, stderr }: Pick<Cli, 'stdout' | 'stderr'>,
  items: readonly unknown[],
  { none, ...shape }: Shape & { readonly none: string },
): void {
  if (items.length === 0) stderr.write(`${none}\n`);
  if (items.length > 0 || shape.format !== 'table') writeOutput({ stdout }, items, shape);
}

interface Shape {
  readonly format: OutputFormat;
  readonly table: () => string;
}

function outputText(value: unknown, { format, table }: Shape): string {
  switch (format) {
    case 'table':
      return table();
    case 'json':
      return `${escapeControls(JSON.stringify(value, null, 2))}\n`;
    case 'yaml':
      return yamlText(value);
  }
}

/** A list becomes one document an element, as `apply` reads them. */
function yamlText(value: unknown): string {
  return Array.isArray(value) ? value.map((item) => toYaml(item)).join('---\n') : toYaml(value);
}

/** JSON leaves C1 controls and marks of direction as they are; a terminal obeys them. */
function escapeControls(json: string): string {
  return json.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** YAML for a terminal as well: what would move its cursor or turn its text is replaced. */
export function toYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }).replace(
    /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    '\u{fffd}',
  );
}
