import type { ClientAddressOf, Connection } from '@symbolon/gateway';
import { TRACEPARENT, traceIdOf } from '@symbolon/protocol';
import { TrieRouter } from 'hono/router/trie-router';
import type { RequestLog } from './request-log.ts';

/** What of the admin app is looked at from outside. */
interface ObservedApp {
  readonly routes: readonly { readonly path: string }[];
  fetch(request: Request, connection?: Connection): Response | Promise<Response>;
}

/** Stands around the admin app, and writes one line for every request that it answered. */
export function observeAdmin(
  app: ObservedApp,
  deps: {
    readonly log: RequestLog;
    readonly clientAddressOf: ClientAddressOf;
    elapsedMs(): number;
  },
): ObservedApp['fetch'] {
  const routeOf = createRouteOf(app.routes.map(({ path }) => path));
  return async (request, connection) => {
    const startedMs = deps.elapsedMs();
    const response = await app.fetch(request, connection);
    deps.log.logRequest({
      // The app's own; what the caller sent under that name is not read.
      requestId: response.headers.get('x-request-id'),
      traceId: traceIdOf(request.headers.get(TRACEPARENT)),
      client: deps.clientAddressOf(connection),
      method: request.method,
      route: routeOf(new URL(request.url).pathname),
      status: response.status,
      reason: null,
      durationMs: Math.round((deps.elapsedMs() - startedMs) * 1000) / 1000,
    });
    return response;
  };
}

/** The pattern that a path matches, `*` where it matches none, so that there are no more routes than were given. */
function createRouteOf(patterns: readonly string[]): (path: string) => string {
  const router = new TrieRouter<string>();
  // What stands before all routes is none of them.
  for (const pattern of new Set(patterns)) if (!pattern.endsWith('*')) router.add('ALL', pattern, pattern);
  return (path) => router.match('ALL', path)[0][0]?.[0] ?? '*';
}
