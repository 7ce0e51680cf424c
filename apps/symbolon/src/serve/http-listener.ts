import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import type { ListenAddress } from '../config/listen-address.ts';

/** `connection` is the adapter's: the request as it was on the wire, before any part of its URL was resolved. */
export type Fetch = (request: Request, connection: HttpBindings) => Response | Promise<Response>;

export interface HttpListener {
  /** What it is bound to, with the port that was taken. */
  readonly address: ListenAddress;
  /** From now on requests are answered by `fetch`; until then they get 503. */
  serve(fetch: Fetch): void;
  /** Takes no more connections, and resolves when those in flight are answered or `timeoutMs` has passed. */
  drain(timeoutMs: number): Promise<void>;
}

const starting: Fetch = () =>
  Response.json({ status: 'starting' }, { status: 503, headers: { 'Retry-After': '1' } });

/** Binds a port before there is anything to serve: the issuer may depend on the port that was taken. */
export async function createHttpListener({ host, port }: ListenAddress): Promise<HttpListener> {
  let current = starting;
  const answer = getRequestListener((request, connection) => current(request, connection as HttpBindings), {
    overrideGlobalObjects: false,
  });
  const server = createServer(
    { maxHeaderSize: 16_384, requestTimeout: 30_000, headersTimeout: 10_000 },
    (request, response) => {
      void answer(request, response);
    },
  );
  await listen(server, { host, port });
  const bound = server.address() as AddressInfo;
  return {
    address: { host, port: bound.port },
    serve(fetch) {
      current = fetch;
    },
    drain: (timeoutMs) => drain(server, timeoutMs),
  };
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
