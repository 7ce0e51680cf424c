import type { CountRefusal, ExchangeToken } from '@symbolon/core';
import type { Hono } from 'hono';
import { type AppDeps, createApp } from './create-app.ts';
import { createJwksRoute, type JwksDeps } from './discovery/jwks.ts';
import { createMetadataRoute, type MetadataDeps } from './discovery/metadata.ts';
import type { GatewayEnv } from './doors/gateway-env.ts';
import type { NodeDoor } from './doors/node-door.ts';
import { endpointsOf } from './endpoints.ts';
import { createErrorPageRoute } from './probes/error-pages.ts';
import { createReadyRoute, live, type ReadinessDeps } from './probes/health.ts';
import { createMetricsRoute, type ReadMetrics } from './probes/metrics.ts';
import { createTokenRoute } from './token/route.ts';

export type GatewayDeps = AppDeps &
  ExchangeToken &
  CountRefusal &
  JwksDeps &
  MetadataDeps &
  ReadinessDeps & {
    /** The broker's issuer, byte for byte as in `iss`; its path is where the endpoints are. */
    readonly issuer: string;
    /** The text of docs/errors.md. */
    readonly errorsMarkdown: string;
    /** Null where metrics are served by another server alone. */
    readonly metrics: ReadMetrics | null;
  };

export interface Gateway {
  /** Serves every path. */
  readonly app: Hono<GatewayEnv>;
  /** Serves the token endpoint as `app` does, and no other path, at a fraction of the cost. */
  readonly tokenDoor: NodeDoor;
}

/**
 * The data plane as a Hono application, and a door to the token endpoint before it. A path has one spelling, and no
 * header of a request decides about paths, metadata or the cluster.
 */
export function createGateway(deps: GatewayDeps): Gateway {
  const endpoints = endpointsOf(deps.issuer);
  const { basePath } = endpoints;
  const { app, writeError, serve, read } = createApp(endpoints, deps);

  const tokenDoor = serve(tokenRouteOf(deps.issuer), createTokenRoute({ ...deps, writeError }));

  const metadata = createMetadataRoute(endpoints, deps);
  for (const path of metadataPaths(basePath)) read(path, metadata);
  read(`${basePath}/jwks`, createJwksRoute(deps));
  read(`${basePath}/errors/:segment`, createErrorPageRoute(deps.errorsMarkdown, writeError));

  read('/livez', live);
  read('/readyz', createReadyRoute(deps));
  if (deps.metrics !== null) read('/metrics', createMetricsRoute(deps.metrics));
  return { app, tokenDoor };
}

/** The route of the token endpoint as request lines name it. */
export function tokenRouteOf(issuer: string): string {
  return `${endpointsOf(issuer).basePath}/token`;
}

/** RFC 8414 §3.1 puts the well-known part between host and path, OpenID Connect Discovery §4 after the path. */
function metadataPaths(basePath: string): ReadonlySet<string> {
  const names = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];
  return new Set(names.flatMap((name) => [`${name}${basePath}`, `${basePath}${name}`]));
}
