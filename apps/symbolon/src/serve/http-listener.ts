import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import type { ListenAddress } from '../config/listen-address.ts';

/** `connection` is the adapter's: the request as it was on the wire, before any part of its URL was resolved. */
export type Fetch = (request: Request, connection: HttpBindings) => Response | Promise<Response>;

export interface HttpListener {
  /** What it is bound to, with the port that was taken. */
  readonly address: ListenAddress;
  /** From now on requests are answered by `fetch`; those that came before have waited for it. */
  serve(fetch: Fetch): void;
  /** Every answer from now on ends its connection, so that the client finds another server for its next request. */
  endConnections(): void;
  /** Takes no more connections, and resolves when those in flight are answered or `timeoutMs` has passed. */
  drain(timeoutMs: number): Promise<void>;
}

const LIMITS = { maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 30_000 };
/** How long a client may go on sending a body that nobody reads, once it has its answer. */
const UNREAD_BODY_MS = 1_000;

/**
 * Binds a port before there is anything to serve, for the issuer may depend on the port that was taken.
 * Connections beyond `maxConnections` are closed at once: the process needs file descriptors for more than those.
 */
export async function createHttpListener(
  { host, port }: ListenAddress,
  maxConnections: number,
): Promise<HttpListener> {
  const serving = Promise.withResolvers<Fetch>();
  let isEnding = false;
  const answer = getRequestListener(
    async (request, connection) => (await serving.promise)(request, connection as HttpBindings),
    { overrideGlobalObjects: false },
  );
  const server = createServer(LIMITS, (request, response) => {
    if (isEnding) response.setHeader('Connection', 'close');
    endUnreadBody(request, response);
    void answer(request, response);
  });
  server.maxConnections = maxConnections;
  await listen(server, { host, port });
  const bound = server.address() as AddressInfo;
  return {
    address: { host, port: bound.port },
    serve: serving.resolve,
    endConnections() {
      isEnding = true;
    },
    drain: (timeoutMs) => drain(server, timeoutMs),
  };
}

/** A body may be endless. It is not read on for somebody who has been answered. */
function endUnreadBody(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    if (!request.complete) setTimeout(() => request.destroy(), UNREAD_BODY_MS).unref();
  });
}

function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function drain(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), timeoutMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
