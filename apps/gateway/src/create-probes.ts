import type { Hono } from 'hono';
import { type AppDeps, createApp } from './create-app.ts';
import type { GatewayEnv } from './doors/gateway-env.ts';
import { endpointsOf } from './endpoints.ts';
import { createReadyRoute, live, type ReadinessDeps } from './probes/health.ts';
import { createMetricsRoute, type ReadMetrics } from './probes/metrics.ts';

export type ProbesDeps = AppDeps & ReadinessDeps & { readonly issuer: string; readonly metrics: ReadMetrics };

/** The probes and the metrics alone: for a server that those reach who must not reach the token endpoint, or see it. */
export function createProbes(deps: ProbesDeps): Hono<GatewayEnv> {
  const { app, read } = createApp(endpointsOf(deps.issuer), deps);
  read('/livez', live);
  read('/readyz', createReadyRoute(deps));
  read('/metrics', createMetricsRoute(deps.metrics));
  return app;
}
