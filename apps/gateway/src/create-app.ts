import type { CreateId } from '@symbolon/core';
import { Hono } from 'hono';
import type { Handle } from './answered.ts';
import type { ClientAddressOf, GatewayEnv } from './doors/gateway-env.ts';
import { type NodeDoor, nodeDoor } from './doors/node-door.ts';
import { webDoor, webResponse } from './doors/web-door.ts';
import type { Endpoints } from './endpoints.ts';
import type { GatewayLog } from './log.ts';
import { createObserve, type Stopwatch } from './observe.ts';
import { isPathAsSent } from './path-as-sent.ts';
import { createWriteError, type WriteError } from './token/oauth-error.ts';

export type AppDeps = CreateId &
  Stopwatch & { readonly log: GatewayLog; readonly clientAddressOf: ClientAddressOf };

/** An application that answers every path that it was not given with 404, and logs every request. */
export interface App {
  readonly app: Hono<GatewayEnv>;
  readonly writeError: WriteError;
  /**
   * All methods of a path are the handler's. The path is also served by the door that is returned, for a server that
   * asks there before it asks the application.
   */
  serve(path: string, handle: Handle): NodeDoor;
  /** GET and HEAD alone. */
  read(path: string, handle: Handle): void;
}

/** What all servers of the data plane share: a path has one spelling, and nothing that is thrown shows. */
export function createApp(endpoints: Endpoints, deps: AppDeps): App {
  const writeError = createWriteError(endpoints);
  const observe = createObserve({ ...deps, writeError });
  const { clientAddressOf } = deps;
  const lastResort = () => writeError({ reason: 'internal_error', retryAfterSeconds: 5 }, deps.createId());
  const notFound = webDoor(
    observe('*', ({ requestId }) => writeError({ reason: 'not_found' }, requestId)),
    clientAddressOf,
  );
  const app = new Hono<GatewayEnv>();
  app.use((context, next) => (isPathAsSent(context) ? next() : notFound(context)));
  // Hono's own handler prints what was thrown; nothing of it may leave the process.
  app.onError(() => webResponse(lastResort()));
  app.notFound(notFound);
  const serve = (path: string, handle: Handle): NodeDoor => {
    const observed = observe(path, handle);
    app.all(path, webDoor(observed, clientAddressOf));
    return nodeDoor(path, observed, { clientAddressOf, lastResort });
  };
  return { app, writeError, serve, read: (path, handle) => void serve(path, readOnly(handle, writeError)) };
}

function readOnly(handle: Handle, writeError: WriteError): Handle {
  return (incoming) => {
    const { method } = incoming.request;
    if (method === 'GET' || method === 'HEAD') return handle(incoming);
    return writeError({ reason: 'method_not_allowed', headers: { allow: 'GET, HEAD' } }, incoming.requestId);
  };
}
