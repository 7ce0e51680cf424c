import type { Cli } from '../cli/cli.ts';
import { printable } from '../cli/printable.ts';
import { instantOf } from '../cli/time.ts';
import type { Attempt } from './create-attempt.ts';
import { readCredentialExpiry, removeCredentialFile, writeCredentialFile } from './credential-file.ts';
import { type Issued, unissued } from './exchange-outcome.ts';
import { type FreshnessEvent, keepFresh } from './keep-fresh.ts';

export interface KeepFileFreshOptions {
  readonly attempt: Attempt;
  readonly out: string;
  readonly render: (issued: Issued) => string;
}

/** Keeps a credential fresh in a file until the signal comes, and says on standard error what happens, a line an event. */
export async function keepFileFresh(
  cli: Cli,
  options: KeepFileFreshOptions,
  signal: AbortSignal,
): Promise<void> {
  const { attempt, out, render } = options;
  const say = (line: string) => cli.stderr.write(`${instantOf(cli.now())} ${printable(line)}\n`);
  await keepFresh(
    {
      now: cli.now,
      random: cli.random,
      sleep: cli.sleep,
      attempt,
      async store(issued) {
        const problem = await writeCredentialFile(out, render(issued));
        return problem === null ? null : unissued('unavailable', problem);
      },
      storedUntilMs: () => readCredentialExpiry(out),
      remove: () => removeCredentialFile(out),
      report: (event) => say(eventText(event, out)),
    },
    signal,
  );
  say('stopped');
}

function eventText(event: FreshnessEvent, out: string): string {
  switch (event.kind) {
    case 'renewed':
      return `renewed: ${out} is good until ${instantOf(event.expiresAtMs)}; next at ${instantOf(event.nextAtMs)}`;
    case 'failed': {
      const { failure, keptUntilMs, nextAtMs } = event;
      const why = [failure.message, ...failure.hints].join('; ');
      const kept =
        keptUntilMs === null
          ? 'there is none to keep'
          : `the last one is kept until ${instantOf(keptUntilMs)}`;
      return `failed: ${why}; ${kept}; next try at ${instantOf(nextAtMs)}`;
    }
    case 'expired':
      return `expired: ${out} ${event.isRemoved ? 'was removed' : 'could not be removed'}`;
  }
}
