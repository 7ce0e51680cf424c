import type { Cli } from '../cli/cli.ts';
import { CliFailure, refused } from '../cli/cli-failure.ts';
import { EXIT_CODES } from '../cli/exit-codes.ts';
import { httpTrouble } from '../cli/http-trouble.ts';
import { readCaFile, readToken } from '../cli/read-text.ts';
import { type ExchangeOutcome, unissued } from './exchange-outcome.ts';
import { type CredentialRequest, createRequestCredential } from './request-credential.ts';

export interface AttemptOptions {
  readonly request: CredentialRequest;
  /** `-`: standard input. */
  readonly tokenFile: string;
  readonly caFile: string | null;
  /** Ends what is in flight. */
  readonly signal: AbortSignal | null;
}

export type Attempt = () => Promise<ExchangeOutcome>;

/** One attempt as a command makes it: files that cannot be read and servers that do not answer are outcomes too. */
export function createAttempt(cli: Cli, options: AttemptOptions): Attempt {
  const { request, tokenFile, caFile, signal } = options;
  const requestCredential = createRequestCredential({
    sendHttp: cli.sendHttp,
    now: cli.now,
    signal,
    readSubjectToken: () => readSubjectToken(cli, tokenFile),
    readCa: () => (caFile === null ? null : readCaFile(cli, caFile)),
  });
  return async () => {
    try {
      return await requestCredential(request);
    } catch (error) {
      const { exitCode, message, hints } =
        error instanceof CliFailure
          ? error
          : httpTrouble(error, new URL(request.issuer), '--issuer URL or SYMBOLON_ISSUER');
      return unissued(exitCode === EXIT_CODES.unavailable ? 'unavailable' : 'refused', message, ...hints);
    }
  };
}

/** Nobody who has just installed the program knows which file is read without being named. */
async function readSubjectToken(cli: Cli, tokenFile: string): Promise<string> {
  return readToken(cli, tokenFile, 'the token file').catch((error: unknown) => {
    if (!(error instanceof CliFailure)) throw error;
    throw refused(
      error.message,
      ...error.hints,
      'The file is named by --token-file FILE or SYMBOLON_SUBJECT_TOKEN_FILE.',
    );
  });
}
