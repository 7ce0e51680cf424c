import { createServer } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import type { NodeDoor } from './node-door.ts';

/** For tests: requests as they stand on the wire, through Node's own server, without a socket. */

export interface WireRequest {
  readonly method?: string;
  readonly target: string;
  /** Names and values; the same name may come twice. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
}

/** What the door leaves to others is answered 299. */
export const LEFT_TO_OTHERS = 299;

/** A connection to a server before which the door stands; `answered` is all that comes back until it ends. */
export function connectToDoor(door: NodeDoor): {
  readonly client: Duplex;
  readonly answered: Promise<string>;
} {
  const server = createServer((request, response) => {
    void (door(request, response) ?? response.writeHead(LEFT_TO_OTHERS).end());
  });
  const [client, served] = duplexPair();
  server.emit('connection', served);
  let text = '';
  client.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const answered = new Promise<string>((resolve) =>
    client.on('close', () => resolve(text)).on('end', () => resolve(text)),
  );
  return { client, answered };
}

export async function askDoor(door: NodeDoor, request: WireRequest): Promise<Response> {
  const { method = 'POST', target, headers = [], body = '' } = request;
  const { client, answered } = connectToDoor(door);
  const lines = [['Host', 'broker.example'], ['Connection', 'close'], ...headers];
  if (body !== '') lines.push(['Content-Length', String(Buffer.byteLength(body))]);
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  client.write(`${method} ${target} HTTP/1.1\r\n${head}\r\n${body}`);
  return responseOf(await answered);
}

export function responseOf(text: string): Response {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const body = rest.join('\r\n\r\n');
  return new Response(body === '' ? null : body, { status: Number(statusLine.split(' ')[1]), headers });
}
