import type { Clock, CountRefusal, CreateId, ExchangeToken } from '@symbolon/core';
import { Hono } from 'hono';
import type { Handle } from './answered.ts';
import { createJwksRoute, type JwksDeps } from './discovery/jwks.ts';
import { createMetadataRoute, type MetadataDeps } from './discovery/metadata.ts';
import { endpointsOf } from './endpoints.ts';
import type { GatewayLog } from './log.ts';
import { createObserve } from './observe.ts';
import { type GatewayEnv, isPathAsSent } from './path-as-sent.ts';
import { createErrorPageRoute } from './probes/error-pages.ts';
import { createReadyRoute, live, type ReadinessDeps } from './probes/health.ts';
import { createWriteError, type WriteError } from './token/oauth-error.ts';
import { createTokenRoute } from './token/route.ts';

export type GatewayDeps = ExchangeToken &
  CountRefusal &
  CreateId &
  Clock &
  JwksDeps &
  MetadataDeps &
  ReadinessDeps & {
    /** The broker's issuer, byte for byte as in `iss`; its path is where the endpoints are. */
    readonly issuer: string;
    /** The text of docs/errors.md. */
    readonly errorsMarkdown: string;
    readonly log: GatewayLog;
  };

/**
 * The data plane as a Hono application. A path has one spelling, and no header of a request decides about paths,
 * metadata or the cluster.
 */
export function createGateway(deps: GatewayDeps): Hono<GatewayEnv> {
  const endpoints = endpointsOf(deps.issuer);
  const { basePath } = endpoints;
  const writeError = createWriteError(endpoints);
  const observe = createObserve({ ...deps, writeError });
  const notFound = observe('*', ({ requestId }) => writeError({ reason: 'not_found' }, requestId));
  const app = new Hono<GatewayEnv>();
  app.use((context, next) => (isPathAsSent(context) ? next() : notFound(context)));
  const serve = (path: string, handle: Handle) => app.all(path, observe(path, handle));
  const read = (path: string, handle: Handle) => serve(path, readOnly(handle, writeError));

  serve(`${basePath}/token`, createTokenRoute({ ...deps, writeError }));

  const metadata = createMetadataRoute(endpoints, deps);
  for (const path of metadataPaths(basePath)) read(path, metadata);
  read(`${basePath}/jwks`, createJwksRoute(deps));
  read(`${basePath}/errors/:segment`, createErrorPageRoute(deps.errorsMarkdown, writeError));

  read('/livez', live);
  read('/readyz', createReadyRoute(deps));
  // Hono's own handler prints what was thrown; nothing of it may leave the process.
  app.onError(() => writeError({ reason: 'internal_error', retryAfterSeconds: 5 }, deps.createId()).response);
  app.notFound(notFound);
  return app;
}

/** RFC 8414 §3.1 puts the well-known part between host and path, OpenID Connect Discovery §4 after the path. */
function metadataPaths(basePath: string): ReadonlySet<string> {
  const names = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];
  return new Set(names.flatMap((name) => [`${name}${basePath}`, `${basePath}${name}`]));
}

function readOnly(handle: Handle, writeError: WriteError): Handle {
  return (incoming) => {
    const { method } = incoming.request;
    if (method === 'GET' || method === 'HEAD') return handle(incoming);
    return writeError({ reason: 'method_not_allowed', headers: { allow: 'GET, HEAD' } }, incoming.requestId);
  };
}
