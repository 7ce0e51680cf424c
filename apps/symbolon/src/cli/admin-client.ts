import type { JsonValue } from '@symbolon/core';
import { ADMIN_BASE_PATH } from '@symbolon/protocol';
import { SETTINGS } from '../config/settings.ts';
import type { Cli } from './cli.ts';
import { type CliFailure, refused, unavailable } from './cli-failure.ts';
import { type Connection, resolveConnection, type TokenFileSource } from './connection.ts';
import type { ConnectionOptions } from './connection-options.ts';
import { httpTrouble } from './http-trouble.ts';
import { type JsonRecord, parseJsonBody } from './json-body.ts';
import { problemFailure, readProblem } from './problem.ts';
import { readCaFile, readToken } from './read-text.ts';
import { type HttpAnswer, type HttpRequest, REQUEST_TIMEOUT_MS } from './send-http.ts';
import { hideTokens } from './token-text.ts';

export interface AdminRequest {
  readonly method: HttpRequest['method'];
  /** Under `/admin/v1`, each step of it encoded. */
  readonly path: string;
  /** Parameters without a value are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
}

export type AdminAnswer =
  | { readonly kind: 'ok'; readonly status: number; readonly json: JsonRecord; readonly etag: string | null }
  | { readonly kind: 'refused'; readonly status: number; readonly problem: ReturnType<typeof readProblem> };

/** The admin API as commands speak to it. */
export interface AdminClient {
  readonly connection: Connection;
  /** Throws `CliFailure` where there is no answer, where nobody is authenticated, and for the broker's own trouble. */
  ask(request: AdminRequest): Promise<AdminAnswer>;
  /** As `ask`; a refusal ends the command with what the broker says of it. */
  demand(request: AdminRequest): Promise<Extract<AdminAnswer, { kind: 'ok' }>>;
}

/** Reads the token and the CA once, before the first request. */
export async function openAdminClient(options: ConnectionOptions, cli: Cli): Promise<AdminClient> {
  const connection = resolveConnection(options, cli);
  const { server, tokenFile, caFile } = connection;
  if (tokenFile === null) throw noToken(connection);
  const token = await readToken(cli, tokenFile, 'the token file').catch((error: unknown) => {
    throw tokenTrouble(error, connection);
  });
  const caPem = caFile === null ? null : readCaFile(cli, caFile);
  const headers = { Authorization: `Bearer ${token}`, Accept: 'application/json' };

  async function ask(request: AdminRequest): Promise<AdminAnswer> {
    const { method } = request;
    const answer = await cli
      .sendHttp({
        method,
        url: urlOf(server, request),
        headers: {
          ...headers,
          ...(request.body === undefined ? {} : { 'Content-Type': contentTypeOf(method) }),
          ...request.headers,
        },
        body: request.body === undefined ? null : JSON.stringify(request.body),
        caPem,
        timeoutMs: REQUEST_TIMEOUT_MS,
      })
      .catch((error: unknown) => {
        throw httpTrouble(error, server);
      });
    // Whatever repeats a token to us, nothing of ours shows it.
    const body = hideTokens(answer.body.replaceAll(token, '(token)'));
    return readAnswer({ ...answer, body }, connection);
  }

  return {
    connection,
    ask,
    async demand(request) {
      const answer = await ask(request);
      if (answer.kind === 'ok') return answer;
      throw problemFailure(answer.problem);
    },
  };
}

function contentTypeOf(method: HttpRequest['method']): string {
  return method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
}

function urlOf(server: URL, { path, query = {} }: AdminRequest): URL {
  const url = new URL(server);
  url.pathname = `${server.pathname.replace(/\/+$/, '')}${ADMIN_BASE_PATH}${path}`;
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.append(name, String(value));
  }
  return url;
}

function readAnswer(answer: HttpAnswer, connection: Connection): AdminAnswer {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) {
    const json = status === 204 ? {} : parseJsonBody(answer);
    if (json === null) throw notTheAdminApi(connection);
    return { kind: 'ok', status, json, etag: headers.etag ?? null };
  }
  if (status === 401) throw unauthenticated(connection);
  if (status >= 300 && status < 400) {
    throw refused(
      `${connection.server.origin} answered with a redirect, which is not followed: a token goes to the server that was named`,
      'Give --server the address of the admin API itself.',
    );
  }
  const problem = readProblem(answer);
  if (problem.code === null && status < 500) throw notTheAdminApi(connection);
  if (status >= 500) throw problemFailure(problem);
  return { kind: 'refused', status, problem };
}

function notTheAdminApi({ server }: Connection): CliFailure {
  return unavailable(
    `${server.origin} does not answer as the admin API does`,
    `Is it the gateway's address, or a proxy's? The admin API has its own: ${SETTINGS.SERVER.default} by default.`,
  );
}

function unauthenticated({ server, tokenFile }: Connection): CliFailure {
  return refused(
    `${server.origin} does not accept the token in ${tokenFile} (401)`,
    'Is it the token of this broker? A broker on its embedded database keeps it in admin-token of its data folder.',
    'Another one: --token-file FILE, SYMBOLON_TOKEN_FILE or a context.',
  );
}

function noToken({ server, context }: Connection): CliFailure {
  return refused(
    context === null ? `no token is given for ${server.origin}` : `context ${context} names no token file`,
    'Give --token-file FILE or SYMBOLON_TOKEN_FILE.',
  );
}

/** Somebody who did not name the file on this very command line must be told what did. */
function tokenTrouble(error: unknown, connection: Connection): unknown {
  if (!(error instanceof Error) || connection.tokenFileFrom === 'option') return error;
  return refused(error.message, ...namedBy(connection, connection.tokenFileFrom));
}

function namedBy(
  { tokenFile, context }: Connection,
  source: Exclude<TokenFileSource, 'option'>,
): readonly string[] {
  switch (source) {
    case 'environment':
      return ['SYMBOLON_TOKEN_FILE names that file.'];
    case 'context':
      return [
        `Context ${context} names that file.`,
        `Another one: symbolon context set ${context} --token-file FILE.`,
      ];
    case 'default':
      return [
        `Your token is read from ${tokenFile}, because no other file is named.`,
        'Run this in the folder in which "symbolon serve" was started, or give --token-file FILE.',
      ];
  }
}
