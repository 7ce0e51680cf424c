import { styleText } from 'node:util';
import type { CliOutput } from './cli.ts';

export type Paint = Parameters<typeof styleText>[0];

/** Text in a colour, where the stream shows colours. */
export function paint({ hasColors }: Pick<CliOutput, 'hasColors'>, format: Paint, text: string): string {
  return hasColors ? styleText(format, text, { validateStream: false }) : text;
}
