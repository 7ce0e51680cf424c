import { ADMIN_BASE_PATH } from '@symbolon/protocol';
import { Hono } from 'hono';
import { addAuditEventsRoute } from './audit-events/route.ts';
import { addExplainRoute } from './explain/route.ts';
import type { AdminEnv } from './http/env.ts';
import { refuseFault } from './http/fault.ts';
import { createGuard } from './http/guard.ts';
import { refuse, writeProblem } from './http/problem.ts';
import { addRoute } from './http/route.ts';
import { clusters } from './kinds/clusters.ts';
import { identitySystems } from './kinds/identity-systems.ts';
import { mappingRules } from './kinds/mapping-rules.ts';
import { revocations } from './kinds/revocations.ts';
import { targets } from './kinds/targets.ts';
import { addObjectRoutes } from './objects/routes.ts';
import { addOpenApiRoute } from './openapi/route.ts';
import type { AdminDeps } from './ports.ts';
import { addStatusRoute } from './status/route.ts';
import { addTombstoneRoutes } from './tombstones/routes.ts';
import { whoami } from './whoami.ts';

/** The admin API as one app: every answer it gives carries a request id, and every error is RFC 9457. */
export function createAdmin(deps: AdminDeps): Hono<AdminEnv> {
  // The path as it was sent: Hono's own reading would decode escapes before the guard sees them.
  const app = new Hono<AdminEnv>({ getPath: ({ url }) => new URL(url).pathname });
  app.use(createGuard(deps));

  const api = app.basePath(ADMIN_BASE_PATH);
  addRoute(api, '/whoami', { GET: whoami });
  addObjectRoutes(api, identitySystems, deps);
  addObjectRoutes(api, targets(deps), deps);
  addObjectRoutes(api, mappingRules, deps);
  addObjectRoutes(api, clusters(deps), deps);
  addObjectRoutes(api, revocations(deps), deps);
  addTombstoneRoutes(api, deps);

  addExplainRoute(api, deps);
  addAuditEventsRoute(api, deps);
  addStatusRoute(api, deps);
  addOpenApiRoute(api);

  app.notFound((context) => writeProblem(refuse('not_found'), context.var.requestId));
  app.onError((thrown, context) => {
    const { requestId } = context.var;
    return writeProblem(refuseFault(thrown, requestId, deps.log), requestId);
  });
  return app;
}
