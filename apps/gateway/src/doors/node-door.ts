import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Body, IncomingRequest } from '../answered.ts';
import type { Observed } from '../observe.ts';
import { createBodyParts, isDeclaredTooLarge } from './body-parts.ts';
import type { ClientAddressOf } from './gateway-env.ts';

/** Null: the request is not for this door. Otherwise nobody else may touch it, and the promise is kept once it is answered. */
export type NodeDoor = (request: IncomingMessage, response: ServerResponse) => Promise<void> | null;

export interface NodeDoorDeps {
  readonly clientAddressOf: ClientAddressOf;
  /** What is sent where `answer` itself fails. */
  lastResort(): Answer;
}

/**
 * One path, served straight from Node's own request and response: what the web's objects cost, and routing, is more than
 * the judgement of an exchange. It takes the path only as it is spelled, with or without a query; every other target is
 * for the door that knows what to say of those.
 */
export function nodeDoor(path: string, answer: Observed, deps: NodeDoorDeps): NodeDoor {
  return (request, response) => {
    const { url = '' } = request;
    if (url !== path && !url.startsWith(`${path}?`)) return null;
    const query = url.slice(path.length);
    return answer(incomingRequest(request, query, deps.clientAddressOf), '')
      .then(
        (answered) => send(response, answered),
        () => send(response, deps.lastResort()),
      )
      .catch(() => void response.destroy());
  };
}

function incomingRequest(
  request: IncomingMessage,
  query: string,
  clientAddressOf: ClientAddressOf,
): IncomingRequest {
  const header = (name: string) => headerOf(request.rawHeaders, name);
  return {
    // An HTTP server's request always has one.
    method: request.method ?? '',
    query,
    client: () => clientAddressOf({ incoming: request }),
    header,
    readBody: (maxBytes) => readBody(request, header('content-length'), maxBytes),
  };
}

/**
 * As the web's `Headers` read them. Node's own `headers` would keep the first alone of some that come twice, and a
 * proxy in front may have gone by the other.
 */
function headerOf(rawHeaders: readonly string[], name: string): string | null {
  let found: string | null = null;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const raw = rawHeaders[at] ?? '';
    if (raw.length !== name.length || raw.toLowerCase() !== name) continue;
    const value = rawHeaders[at + 1] ?? '';
    found = found === null ? value : `${found}, ${value}`;
  }
  return found;
}

function readBody(request: IncomingMessage, contentLength: string | null, maxBytes: number): Promise<Body> {
  if (isDeclaredTooLarge(contentLength, maxBytes)) return Promise.resolve('body_too_large');
  const parts = createBodyParts(maxBytes);
  return new Promise((resolve) => {
    request.on('data', (part: Uint8Array) => {
      // The rest is let go by; the listener ends the connection of a client that does not stop.
      if (!parts.add(part)) resolve('body_too_large');
    });
    request.on('end', () => resolve(parts.joined()));
    // The caller hung up or broke the framing: its own trouble, not a fault of the broker.
    request.on('error', () => resolve('body_malformed'));
  });
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body ?? '') });
  response.end(body ?? '');
}
