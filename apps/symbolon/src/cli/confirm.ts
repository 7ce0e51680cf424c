import type { Cli } from './cli.ts';
import { refused } from './cli-failure.ts';

/** Asks a person before something is done; a script, which nobody watches, is not asked. */
export async function confirm({ stdin, stderr }: Cli, question: string, isAgreed: boolean): Promise<void> {
  if (isAgreed || !stdin.isTty || !stderr.isTty) return;
  stderr.write(`${question} [y/N] `);
  const answer = (await stdin.readLine()).trim().toLowerCase();
  if (answer !== 'y' && answer !== 'yes') throw refused('nothing was done', 'Answer y, or give --yes.');
}
