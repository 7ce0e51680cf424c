import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ISSUED_TOKEN_TYPE } from '@symbolon/protocol';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Cli } from '../cli/cli.ts';
import { type CliFailure, refused, unavailable, wrongUsage } from '../cli/cli-failure.ts';
import { collect } from '../cli/collect.ts';
import { printable } from '../cli/printable.ts';
import { envSetting } from '../config/env-setting.ts';
import { SETTING_PREFIX, SETTINGS } from '../config/settings.ts';
import { createAttempt } from '../exchange/create-attempt.ts';
import { judgeCredentialFile, writeCredentialFile } from '../exchange/credential-file.ts';
import type { Issued, Unissued } from '../exchange/exchange-outcome.ts';
import { keepFileFresh } from '../exchange/keep-file-fresh.ts';
import {
  CREDENTIAL_FORMATS,
  type CredentialFormat,
  renderCredential,
} from '../exchange/render-credential.ts';
import type { CredentialRequest } from '../exchange/request-credential.ts';

interface ExchangeOptions {
  readonly issuer?: string;
  readonly audience: readonly string[];
  readonly tokenFile?: string;
  readonly scope?: string;
  readonly requestedTokenType?: string;
  readonly caFile?: string;
  readonly out?: string;
  readonly watch?: true;
  readonly output: CredentialFormat;
}

const DEFAULT_ISSUER = 'http://127.0.0.1:8080';

/** `symbolon exchange`: a ServiceAccount token goes in, a credential comes out, once or kept fresh. */
export function createExchangeCommand(cli: Cli): Command {
  return new Command('exchange')
    .description('exchange a ServiceAccount token for a credential, once or kept fresh in a file')
    .requiredOption('--audience <audience>', 'for whom the credential is; may be repeated', collect)
    .option('--issuer <url>', `the broker, as in the "iss" of its credentials; default: ${DEFAULT_ISSUER}`)
    .option(
      '--token-file <file>',
      `the ServiceAccount token, "-" for standard input; default: ${SETTINGS.SUBJECT_TOKEN_FILE.default}`,
    )
    .option('--scope <scopes>', 'scopes, separated by single spaces; default: all that rule and target give')
    .option(
      '--requested-token-type <type>',
      'access_token, id_token or jwt; default: what the target prefers',
      readTokenType,
    )
    .option('--ca-file <file>', "PEM certificates that the broker's must lead to")
    .option('--out <file>', 'write it there, for the owner alone, in place of standard output')
    .option('--watch', 'keep the file fresh until SIGTERM or SIGINT')
    .addOption(
      new Option('-o, --output <format>', 'what is written').choices(CREDENTIAL_FORMATS).default('token'),
    )
    .addHelpText(
      'after',
      `
Also set by SYMBOLON_ISSUER, SYMBOLON_SUBJECT_TOKEN_FILE and SYMBOLON_CA_FILE.

With --watch the credential is renewed at two thirds of its life, and the token file is read anew each
time. The file is replaced whole. The last good credential stays while it is valid, whatever fails;
once expired, the file is removed. Each event is one line on standard error.

Examples:
  symbolon exchange --audience vault.example
  symbolon exchange --audience vault.example --token-file - -o json < token
  symbolon exchange --audience vault.example --out /run/credentials/vault --watch
  symbolon exchange --audience kubernetes.example -o exec-credential   (as kubectl's credential plugin)`,
    )
    .action((options: ExchangeOptions) => exchange(cli, options));
}

async function exchange(cli: Cli, options: ExchangeOptions): Promise<void> {
  if (options.watch && options.out === undefined)
    throw wrongUsage('--watch needs --out FILE: a credential that is kept fresh lies in a file');
  const tokenFile =
    options.tokenFile ?? envSetting(cli.env, 'SUBJECT_TOKEN_FILE') ?? SETTINGS.SUBJECT_TOKEN_FILE.default;
  if (options.watch && tokenFile === '-')
    throw wrongUsage(
      '--watch reads the token again and again, which standard input cannot give: name a file',
    );
  // Reading a pipe waits for its writer, and while it does no signal is heard.
  if (options.watch && isNoFile(resolve(cli.cwd, tokenFile)))
    throw wrongUsage(`--watch reads the token again and again: ${tokenFile} is not a regular file`);
  const request: CredentialRequest = {
    issuer: readIssuer(cli, options),
    audiences: options.audience,
    scope: options.scope ?? null,
    requestedTokenType: options.requestedTokenType ?? null,
  };
  const out = options.out === undefined ? null : resolve(cli.cwd, options.out);
  if (out !== null) refuseWhere(await judgeCredentialFile(out));

  const caFile = options.caFile ?? envSetting(cli.env, 'CA_FILE') ?? null;
  const render = (issued: Issued) => renderCredential(options.output, issued);
  if (out !== null && options.watch) {
    const signal = cli.stopSignal();
    const attempt = createAttempt(cli, { request, tokenFile, caFile, signal });
    return keepFileFresh(cli, { attempt, out, render }, signal);
  }
  const outcome = await createAttempt(cli, { request, tokenFile, caFile, signal: null })();
  if (outcome.kind !== 'issued') throw failure(outcome, scopeHints(request));
  sayNarrowedScope(cli, request, outcome);
  const text = render(outcome);
  if (out === null) cli.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  else refuseWhere(await writeCredentialFile(out, text));
}

function isNoFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === false;
}

function refuseWhere(problem: string | null): void {
  if (problem !== null) throw refused(problem);
}

function failure({ kind, message, hints }: Unissued, scopeHints: readonly string[]): CliFailure {
  return kind === 'refused' ? refused(message, ...hints, ...scopeHints) : unavailable(message, ...hints);
}

/** A comma may be part of a scope (RFC 6749 §3.3), so that it is no error by itself. */
function scopeHints({ scope }: CredentialRequest): readonly string[] {
  return scope?.includes(',') ? ['Scopes are separated by spaces, not by commas: --scope "read write".'] : [];
}

function sayNarrowedScope(cli: Cli, request: CredentialRequest, { credential }: Issued): void {
  const granted = new Set(credential.scope?.split(' '));
  const missing = (request.scope ?? '').split(' ').filter((name) => name !== '' && !granted.has(name));
  if (missing.length === 0) return;
  const lines = [`note: not granted: ${printable(missing.join(' '))}`, ...scopeHints(request)];
  cli.stderr.write(`${lines.join('\n')}\n`);
}

/** By its last part, or as the whole URN. */
function readTokenType(text: string): string {
  const found = Object.entries(ISSUED_TOKEN_TYPE).find(([name, urn]) => text === name || text === urn);
  if (found === undefined) throw new InvalidArgumentError('It is access_token, id_token or jwt.');
  return found[1];
}

/** An issuer is compared byte for byte, so it is taken as it was written; plain http is for loopback alone. */
function readIssuer(cli: Cli, options: ExchangeOptions): string {
  const text = options.issuer ?? envSetting(cli.env, 'ISSUER') ?? DEFAULT_ISSUER;
  const what = options.issuer === undefined ? `${SETTING_PREFIX}ISSUER` : '--issuer';
  const parsed = SETTINGS.ISSUER.schema.safeParse(text);
  if (parsed.success && parsed.data !== undefined) return parsed.data;
  throw wrongUsage(`${what} ${parsed.error?.issues[0]?.message ?? 'must be given'}`);
}
