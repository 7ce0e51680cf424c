import { EXIT_CODES, type ExitCode } from './exit-codes.ts';

/**
 * Ends a command. The message says what is wrong; the hints, one line each, what to do next. Both go to a terminal,
 * so neither may hold a token. An empty message: the command has said everything itself.
 */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exitCode: ExitCode;
  readonly hints: readonly string[];

  constructor(exitCode: ExitCode, message: string, hints: readonly string[] = []) {
    super(message);
    this.exitCode = exitCode;
    this.hints = hints;
  }
}

/** The command line asks for something that it cannot ask for. */
export function wrongUsage(message: string, ...hints: readonly string[]): CliFailure {
  return new CliFailure(EXIT_CODES.usage, message, hints);
}

/** Asking again in the same words will not help. */
export function refused(message: string, ...hints: readonly string[]): CliFailure {
  return new CliFailure(EXIT_CODES.refused, message, hints);
}

/** The broker cannot be reached, or has trouble of its own. */
export function unavailable(message: string, ...hints: readonly string[]): CliFailure {
  return new CliFailure(EXIT_CODES.unavailable, message, hints);
}
