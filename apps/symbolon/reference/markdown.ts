/** A Markdown table. Cells may hold line breaks and bars; a cell that is empty shows as such. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}

export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

/** A page of the reference: its title, what it is, and that it is generated. */
export function page(title: string, about: string, ...parts: readonly string[]): string {
  const generated =
    'Generated from the source by `npm run generate`; a change by hand is undone by the next run.';
  return `${[`# ${title}`, about, generated, ...parts].join('\n\n')}\n`;
}
