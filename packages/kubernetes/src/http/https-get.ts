import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isForbiddenHost } from '@symbolon/core';
import { createGuardedLookup, FORBIDDEN_ADDRESS } from './connect-guard.ts';

export interface HttpsGetRequest {
  readonly url: string;
  readonly accept: string;
  /** PEM; null: the roots that Node trusts. */
  readonly ca: string | null;
  readonly bearer: string | null;
  /** Of what is held; the answer may then be 304 (RFC 9110 §13.1.2). Null: nothing is held. */
  readonly etag: string | null;
  /** The deadline for everything: name, connection, handshake, headers and the last byte of the body. */
  readonly signal: AbortSignal;
}

/** `why` is for operators: a word of ours or an error code, never what was sent or answered. */
export type HttpsAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly contentType: string;
      readonly cacheControl: string;
      readonly etag: string;
      readonly body: Uint8Array;
    }
  | { readonly kind: 'failed'; readonly why: string };

export type HttpsGet = (request: HttpsGetRequest) => Promise<HttpsAnswer>;

export interface HttpsGetOptions {
  readonly maxBodyBytes?: number;
  readonly lookup?: LookupFunction;
}

/**
 * GET over https for what strangers serve. It is node:https and not fetch, for which Node takes neither a CA nor a
 * say in the address that is connected to; and it needs no package. No redirect is followed, so a credential goes
 * nowhere but where it was meant for; no compression is asked for or read, so the bytes counted are all there are.
 */
export function createHttpsGet(options: HttpsGetOptions = {}): HttpsGet {
  const { maxBodyBytes = 1_048_576, lookup = createGuardedLookup() } = options;

  return async ({ url, accept, ca, bearer, etag, signal }) => {
    const target = URL.parse(url);
    if (target === null || target.protocol !== 'https:') return failed('not an https URL');
    if (target.username !== '' || target.password !== '') return failed('a credential in the URL');
    // An address written as such is connected to without any lookup.
    if (isForbiddenHost(target.hostname)) return failed('a forbidden address');

    try {
      const response = await send(target, {
        agent: false,
        lookup,
        signal,
        rejectUnauthorized: true,
        ...(ca !== null && { ca }),
        headers: {
          accept,
          'accept-encoding': 'identity',
          ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
          ...(etag !== null && { 'if-none-match': etag }),
        },
      });
      return await readAnswer(response, maxBodyBytes);
    } catch (error) {
      return failed(signal.aborted ? 'no whole answer in time' : codeOf(error));
    }
  };
}

function send(url: URL, options: Parameters<typeof request>[1]): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, options, resolve).on('error', reject).end();
  });
}

async function readAnswer(response: IncomingMessage, maxBodyBytes: number): Promise<HttpsAnswer> {
  const { statusCode: status = 0, headers } = response;
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    response.destroy();
    return failed('a compressed answer');
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    // Leaving the loop destroys the response, and the connection with it.
    if (bytes > maxBodyBytes) return failed(`an answer of more than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return {
    kind: 'answered',
    status,
    contentType: headers['content-type'] ?? '',
    cacheControl: headers['cache-control'] ?? '',
    etag: headers.etag ?? '',
    body: Buffer.concat(chunks),
  };
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === FORBIDDEN_ADDRESS) return 'a forbidden address';
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'no connection';
}

function failed(why: string): HttpsAnswer {
  return { kind: 'failed', why };
}
