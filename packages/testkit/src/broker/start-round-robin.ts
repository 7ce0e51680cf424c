import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Far above what brokers accept: what is too large is theirs to refuse. */
const MAX_HEADER_BYTES = 256 * 1024;

/** Whose turn it is. Shared between the doors of the same replicas, a change and what follows it meet different ones. */
export type Turns = () => number;

export function createTurns(): Turns {
  let turn = 0;
  return () => turn++;
}

export interface RoundRobin {
  readonly url: string;
  /** From now on requests go to these, each to the next. Before, they are answered 502. */
  serve(origins: readonly string[]): void;
  /** Cuts off whoever is connected. */
  stop(): Promise<void>;
}

/**
 * A load balancer for tests, on loopback: every request, not every connection, goes to the next server. Method, target
 * and headers pass as they came, in both directions, so that what a test says of the wire holds behind it.
 */
export async function startRoundRobin(nextTurn: Turns): Promise<RoundRobin> {
  let origins: readonly string[] = [];
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0 },
    (incoming, outgoing) => {
      const origin = origins[nextTurn() % origins.length];
      if (origin === undefined) outgoing.writeHead(502).end();
      else pass(incoming, outgoing, new URL(origin));
    },
  );
  await listen(server);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(given) {
      origins = given;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, { hostname, port }: URL): void {
  const { method, url: path, rawHeaders: headers } = incoming;
  // A connection each: one that is kept may be closed by the server in the moment in which it is used again.
  const upstream = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    answer.pipe(outgoing);
    answer.on('error', () => outgoing.destroy());
  });
  upstream.on('error', () => {
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end();
  });
  outgoing.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
}
