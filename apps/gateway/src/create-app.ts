import type { CreateId } from '@symbolon/core';
import { Hono } from 'hono';
import type { Handle } from './answered.ts';
import type { Endpoints } from './endpoints.ts';
import type { GatewayLog } from './log.ts';
import { createObserve, type Stopwatch } from './observe.ts';
import { type GatewayEnv, isPathAsSent } from './path-as-sent.ts';
import { createWriteError, type WriteError } from './token/oauth-error.ts';

export type AppDeps = CreateId & Stopwatch & { readonly log: GatewayLog };

/** An application that answers every path that it was not given with 404, and logs every request. */
export interface App {
  readonly app: Hono<GatewayEnv>;
  readonly writeError: WriteError;
  /** All methods of a path are the handler's. */
  serve(path: string, handle: Handle): void;
  /** GET and HEAD alone. */
  read(path: string, handle: Handle): void;
}

/** What all servers of the data plane share: a path has one spelling, and nothing that is thrown shows. */
export function createApp(endpoints: Endpoints, deps: AppDeps): App {
  const writeError = createWriteError(endpoints);
  const observe = createObserve({ ...deps, writeError });
  const notFound = observe('*', ({ requestId }) => writeError({ reason: 'not_found' }, requestId));
  const app = new Hono<GatewayEnv>();
  app.use((context, next) => (isPathAsSent(context) ? next() : notFound(context)));
  // Hono's own handler prints what was thrown; nothing of it may leave the process.
  app.onError(() => writeError({ reason: 'internal_error', retryAfterSeconds: 5 }, deps.createId()).response);
  app.notFound(notFound);
  const serve = (path: string, handle: Handle) => void app.all(path, observe(path, handle));
  return { app, writeError, serve, read: (path, handle) => serve(path, readOnly(handle, writeError)) };
}

function readOnly(handle: Handle, writeError: WriteError): Handle {
  return (incoming) => {
    const { method } = incoming.request;
    if (method === 'GET' || method === 'HEAD') return handle(incoming);
    return writeError({ reason: 'method_not_allowed', headers: { allow: 'GET, HEAD' } }, incoming.requestId);
  };
}
