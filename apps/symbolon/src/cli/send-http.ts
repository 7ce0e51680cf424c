import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** PEM certificates that the server's must lead to; null: those that Node trusts. */
  readonly caPem: string | null;
  readonly timeoutMs: number;
  /** Gives up: `HttpError` with `ABORT_ERR`. */
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/**
 * Sends one request and follows no redirect: a credential goes to the server that was named and to no other. Throws
 * `HttpError` where there is no answer.
 */
export type SendHttp = (request: HttpRequest) => Promise<HttpAnswer>;

/** `code` is Node's (`ECONNREFUSED`, `SELF_SIGNED_CERT_IN_CHAIN`, ...), or `TIMED_OUT` or `TOO_LARGE`. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: string;

  constructor(code: string) {
    super(`no answer (${code})`);
    this.code = code;
  }
}

/** For every request of a command: a broker that has not answered by then hangs. */
export const REQUEST_TIMEOUT_MS = 10_000;

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Over `node:http` and `node:https`, one connection a request. */
export const sendHttp: SendHttp = ({ method, url, headers, body, caPem, timeoutMs, signal }) =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const options = {
      method,
      headers: body === null ? headers : { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
      agent: false as const,
      ...(caPem === null ? {} : { ca: caPem }),
      ...(signal === undefined ? {} : { signal }),
    };
    const request = send(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) fail('TOO_LARGE');
        else chunks.push(chunk);
      });
      answer.on('error', (error) => fail(codeOf(error)));
      answer.on('end', () => {
        clearTimeout(timer);
        resolve({
          status: answer.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
          ),
          body: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    const fail = (code: string) => {
      clearTimeout(timer);
      request.destroy();
      reject(new HttpError(code));
    };
    const timer = setTimeout(() => fail('TIMED_OUT'), timeoutMs);
    request.on('error', (error) => fail(codeOf(error)));
    request.end(body ?? undefined);
  });

/** Of several addresses that were tried, Node reports one error that holds the others. */
function codeOf(error: Error): string {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const { code } = inner as NodeJS.ErrnoException;
  return code ?? 'UNKNOWN';
}
