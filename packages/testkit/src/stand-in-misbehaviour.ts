import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createSigningKey, type PublicJwk } from './signing-key.ts';
import { type Answer, failure } from './stand-in-answers.ts';

/**
 * - `status500`: a Kubernetes Status with code 500
 * - `html`: 200 with a login page
 * - `redirect`: 302 to `/redirected` and the path, where the honest answer is
 * - `huge`: 200 with 64 MiB of well-formed JSON and no Content-Length
 * - `slow`: the honest answer, one byte every 100 ms
 * - `truncated`: half of the honest answer, then the connection breaks
 * - `disconnect`: the connection breaks before any answer
 * - `wrongContentType`: the honest answer as `text/plain`
 * - `duplicateKid`: a foreign key under the signing key's id comes before it (JWKS alone)
 * - `missingKid`: the keys without their ids (JWKS alone)
 * - `hang`: nothing, until the behaviour changes; then the answer that is due
 */
export type Misbehaviour = ImmediateMisbehaviour | 'hang';

type ImmediateMisbehaviour =
  | 'status500'
  | 'html'
  | 'redirect'
  | 'huge'
  | 'slow'
  | 'truncated'
  | 'disconnect'
  | 'wrongContentType'
  | 'duplicateKid'
  | 'missingKid';

const HUGE_BYTES = 64 * 1024 * 1024;
const SLOW_BYTE_EVERY_MS = 100;

export function sendAnswer(
  response: ServerResponse,
  { status, contentType, cacheControl, etag, body }: Answer,
): void {
  const headers = { 'Content-Type': contentType, 'Cache-Control': cacheControl, ...(etag && { ETag: etag }) };
  response.writeHead(status, headers).end(body);
}

/** Spoils an answer that would have been honest. Resolves when it is sent, or the client has gone. */
export async function sendMisbehaving(
  response: ServerResponse,
  mode: ImmediateMisbehaviour,
  { path, honest }: { path: string; honest: Answer },
): Promise<void> {
  switch (mode) {
    case 'status500':
      return sendAnswer(response, failure(500, 'InternalError', 'an error on the server'));
    case 'html':
      return sendAnswer(response, {
        ...honest,
        status: 200,
        contentType: 'text/html',
        body: '<p>Sign in</p>',
      });
    case 'redirect':
      response.writeHead(302, { Location: `/redirected${path}` }).end();
      return;
    case 'huge':
      return stream(response, honest, hugeDocument());
    case 'slow':
      return stream(response, honest, byteByByte(honest.body));
    case 'truncated':
      response.writeHead(honest.status, {
        'Content-Type': honest.contentType,
        'Content-Length': Buffer.byteLength(honest.body),
      });
      response.write(honest.body.slice(0, honest.body.length / 2), () => response.destroy());
      return;
    case 'disconnect':
      response.destroy();
      return;
    case 'wrongContentType':
      return sendAnswer(response, { ...honest, contentType: 'text/plain' });
    case 'duplicateKid':
      return sendAnswer(
        response,
        mapKeys(honest, (keys) => [...keys.slice(0, 1).map(forge), ...keys]),
      );
    case 'missingKid':
      return sendAnswer(
        response,
        mapKeys(honest, (keys) => keys.map((key) => ({ ...key, kid: undefined }))),
      );
  }
}

async function stream(
  response: ServerResponse,
  honest: Answer,
  chunks: AsyncIterable<string>,
): Promise<void> {
  response.writeHead(200, { 'Content-Type': honest.contentType });
  await pipeline(chunks, response).catch(() => undefined); // The client gave up, as it should.
}

async function* hugeDocument(): AsyncGenerator<string> {
  const chunk = ' '.repeat(64 * 1024);
  yield '{"keys":[';
  for (let sent = 0; sent < HUGE_BYTES; sent += chunk.length) yield chunk;
  yield ']}';
}

async function* byteByByte(text: string): AsyncGenerator<string> {
  for (const character of text) {
    yield character;
    await delay(SLOW_BYTE_EVERY_MS);
  }
}

/** Leaves an answer that is no key set as it is. */
function mapKeys(honest: Answer, map: (keys: PublicJwk[]) => object[]): Answer {
  const document: unknown = JSON.parse(honest.body);
  if (typeof document !== 'object' || document === null || !('keys' in document)) return honest;
  return { ...honest, body: JSON.stringify({ keys: map(document.keys as PublicJwk[]) }) };
}

function forge({ alg, kid }: PublicJwk): PublicJwk {
  return { ...createSigningKey(alg).publicJwk, kid };
}
