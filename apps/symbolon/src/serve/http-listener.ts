import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import type { ListenAddress } from '../config/listen-address.ts';
import { HTTP_LIMITS, type HttpLimits } from './http-limits.ts';

/** `connection` is the adapter's: the request as it was on the wire, before any part of its URL was resolved. */
export type Fetch = (request: Request, connection: HttpBindings) => Response | Promise<Response>;

export interface HttpListener {
  /** What it is bound to, with the port that was taken. */
  readonly address: ListenAddress;
  /** From now on requests are answered by `fetch`; those that came before have waited for it. */
  serve(fetch: Fetch): void;
  /** How many connections are open, and how many were refused since the start. */
  connections(): { readonly open: number; readonly refused: number };
  /** Every answer from now on ends its connection, so that the client finds another server for its next request. */
  endConnections(): void;
  /** Takes no more connections, and resolves when those in flight are answered or `timeoutMs` has passed. */
  drain(timeoutMs: number): Promise<void>;
}

/** How long a client may go on sending a body that nobody reads, once it has its answer. */
const UNREAD_BODY_MS = 1_000;

/**
 * Binds a port before there is anything to serve, for the issuer may depend on the port that was taken.
 * Connections beyond `maxConnections` are closed at once: the process needs file descriptors for more than those.
 */
export async function createHttpListener(
  { host, port }: ListenAddress,
  maxConnections: number,
  limits: HttpLimits = HTTP_LIMITS,
): Promise<HttpListener> {
  const serving = Promise.withResolvers<Fetch>();
  let isEnding = false;
  const answer = getRequestListener(
    async (request, connection) => (await serving.promise)(request, connection as HttpBindings),
    { overrideGlobalObjects: false },
  );
  const requestsOn = new WeakMap<Socket, number>();
  const server = createLimitedServer(limits, (request, response) => {
    const requests = (requestsOn.get(request.socket) ?? 0) + 1;
    requestsOn.set(request.socket, requests);
    // What a client sent beyond the last one is not looked at: its connection ends with the answer to that.
    if (requests > limits.maxRequestsPerSocket) return;
    if (isEnding || requests === limits.maxRequestsPerSocket) response.setHeader('Connection', 'close');
    endUnreadBody(request, response);
    if (hasTooManyHeaders(request, limits)) refuseHead(response, 431);
    else if (hasSeveralHosts(request)) refuseHead(response, 400);
    else void answer(request, response);
  });
  server.maxConnections = maxConnections;
  const connections = countConnections(server);
  await listen(server, { host, port });
  const bound = server.address() as AddressInfo;
  return {
    address: { host, port: bound.port },
    serve: serving.resolve,
    connections,
    endConnections() {
      isEnding = true;
    },
    drain: (timeoutMs) => drain(server, timeoutMs),
  };
}

function createLimitedServer(
  limits: HttpLimits,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer(
    {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: limits.checkingIntervalMs,
    },
    listener,
  );
  server.timeout = limits.idleSocketTimeoutMs;
  return server;
}

/**
 * Counted as they stood on the wire, names and values in turn. Node's own `maxHeadersCount` would leave out what is
 * beyond it without a word, and with it perhaps the header that asks for less to be given.
 */
function hasTooManyHeaders({ rawHeaders }: IncomingMessage, { maxHeaders }: HttpLimits): boolean {
  return rawHeaders.length > 2 * maxHeaders;
}

/** RFC 9112 §3.2: a proxy in front may have gone by another of them than the first. */
function hasSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length > 1;
}

function refuseHead(response: ServerResponse, status: 400 | 431): void {
  response.writeHead(status, { Connection: 'close', 'Cache-Control': 'no-store' }).end();
}

function countConnections(server: Server): HttpListener['connections'] {
  let open = 0;
  let refused = 0;
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
  });
  server.on('drop', () => {
    refused += 1;
  });
  return () => ({ open, refused });
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
