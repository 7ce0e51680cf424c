import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import type { ListenAddress } from '../config/listen-address.ts';
import { createIsFitHost } from './fit-host.ts';
import { HTTP_LIMITS, type HttpLimits } from './http-limits.ts';
import type { TlsPair } from './tls-pair.ts';

/** `connection` is the adapter's: the request as it was on the wire, before any part of its URL was resolved. */
export type Fetch = (request: Request, connection: HttpBindings) => Response | Promise<Response>;

export type Door = (request: IncomingMessage, response: ServerResponse) => Promise<void> | null;

export interface HttpListener {
  /** What it is bound to, with the port that was taken. */
  readonly address: ListenAddress;
  /**
   * From now on requests are answered by `fetch`; those that came before have waited for it. `door` is asked first, and
   * says by a promise that a request is its own.
   */
  serve(fetch: Fetch, door?: Door): void;
  /** How many connections are open, and how many were refused since the start. */
  connections(): { readonly open: number; readonly refused: number };
  /** Connections from now on are shown this certificate; those that are open go on. For a listener that has one. */
  renewCertificate(pair: TlsPair): void;
  /** Every answer from now on ends its connection, so that the client finds another server for its next request. */
  endConnections(): void;
  /** Takes no more connections, and resolves when those in flight are answered or `timeoutMs` has passed. */
  drain(timeoutMs: number): Promise<void>;
}

/** How long a client may go on sending a body that nobody reads, once it has its answer. */
const UNREAD_BODY_MS = 1_000;

export interface HttpListenerOptions {
  readonly limits?: HttpLimits;
  /** Given, the listener speaks TLS 1.2 and newer, and no plain http. */
  readonly tls?: TlsPair | null;
}

/**
 * Binds a port before there is anything to serve, for the issuer may depend on the port that was taken.
 * Connections beyond `maxConnections` are closed at once: the process needs file descriptors for more than those.
 */
export async function createHttpListener(
  { host, port }: ListenAddress,
  maxConnections: number,
  { limits = HTTP_LIMITS, tls = null }: HttpListenerOptions = {},
): Promise<HttpListener> {
  const serving = Promise.withResolvers<Fetch>();
  let door: Door = () => null;
  let isEnding = false;
  const answer = getRequestListener(
    async (request, connection) => (await serving.promise)(request, connection as HttpBindings),
    { overrideGlobalObjects: false },
  );
  const uses = new Map<Socket, ConnectionUse>();
  const isFitHost = createIsFitHost();
  const server = createLimitedServer(limits, tls, (request, response) => {
    const requests = countRequest(uses, request, response);
    // What a client sent beyond the last one is not looked at: its connection ends with the answer to that.
    if (requests > limits.maxRequestsPerSocket) return;
    if (isEnding || requests === limits.maxRequestsPerSocket) response.setHeader('Connection', 'close');
    endUnreadBody(request, response);
    if (hasTooManyHeaders(request, limits)) refuseHead(response, 431);
    else if (hasSeveralHosts(request)) refuseHead(response, 400);
    else if (!isFitHost(request.headers.host)) refuseHead(response, 400);
    else void (door(request, response) ?? answer(request, response));
  });
  const tracked = trackConnections(server, maxConnections);
  await listen(server, { host, port });
  const bound = server.address() as AddressInfo;
  return {
    address: { host, port: bound.port },
    serve(fetch, before = door) {
      door = before;
      serving.resolve(fetch);
    },
    connections: () => ({ open: tracked.open.size, refused: tracked.refused }),
    renewCertificate({ cert, key }) {
      if (tls !== null) (server as TlsServer).setSecureContext({ ...TLS_OPTIONS, cert, key });
    },
    endConnections() {
      isEnding = true;
      // Also those that are being made: else their connections stay, and are closed when the next request is on its way.
      for (const { response } of uses.values())
        if (response?.headersSent === false) response.setHeader('Connection', 'close');
    },
    drain: (timeoutMs) => drain(server, tracked.open, timeoutMs),
  };
}

/**
 * One connection: how many requests it had, and the answer to the last while it is made. One that has ended is let go,
 * and no listener of the socket shares a scope with it: with all that hangs on them, the last answers of connections at
 * rest were most of what the collector had to move.
 */
interface ConnectionUse {
  requests: number;
  response: ServerResponse | null;
}

function countRequest(
  uses: Map<Socket, ConnectionUse>,
  { socket }: IncomingMessage,
  response: ServerResponse,
): number {
  const use = uses.get(socket) ?? beginUse(uses, socket);
  use.requests += 1;
  use.response = response;
  letGoOnceEnded(use, response);
  return use.requests;
}

function beginUse(uses: Map<Socket, ConnectionUse>, socket: Socket): ConnectionUse {
  const use = { requests: 0, response: null };
  uses.set(socket, use);
  socket.once('close', () => uses.delete(socket));
  return use;
}

function letGoOnceEnded(use: ConnectionUse, response: ServerResponse): void {
  response.once('finish', () => {
    if (use.response === response) use.response = null;
  });
}

/** Ciphers and curves are Node's, which follow what is held safe. */
const TLS_OPTIONS = { minVersion: 'TLSv1.2' } as const;

function createLimitedServer(
  limits: HttpLimits,
  tls: TlsPair | null,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const options = {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkingIntervalMs,
  };
  const server =
    tls === null
      ? createServer(options, listener)
      : createTlsServer(
          {
            ...options,
            ...TLS_OPTIONS,
            cert: tls.cert,
            key: tls.key,
            handshakeTimeout: limits.headersTimeoutMs,
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
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}

function refuseHead(response: ServerResponse, status: 400 | 431): void {
  response.writeHead(status, { Connection: 'close', 'Cache-Control': 'no-store' }).end();
}

/**
 * Those that are open, in the middle of a handshake or of anything else, and how many were refused. Node's own
 * `maxConnections` would have workers pass a connection that is too many from one to another without end.
 */
function trackConnections(
  server: Server,
  maxConnections: number,
): { readonly open: ReadonlySet<Socket>; readonly refused: number } {
  const open = new Set<Socket>();
  const tracked = { open, refused: 0 };
  server.on('connection', (socket) => {
    if (open.size >= maxConnections) {
      tracked.refused += 1;
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return tracked;
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

function drain(server: Server, open: ReadonlySet<Socket>, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      for (const socket of open) socket.destroy();
    }, timeoutMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
