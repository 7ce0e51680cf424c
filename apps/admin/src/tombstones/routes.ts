import { releaseBody } from '@symbolon/protocol';
import type { Hono } from 'hono';
import type { AdminEnv } from '../http/env.ts';
import { onlyGlobalOwners } from '../http/only-global-owners.ts';
import { type Refusal, refuse } from '../http/problem.ts';
import { readQuery } from '../http/query.ts';
import { type Reply, reply } from '../http/reply.ts';
import { addRoute } from '../http/route.ts';
import { type HandleBody, idempotent } from '../idempotency/idempotent.ts';
import { readBodyAs } from '../objects/read-draft.ts';
import type { AdminDeps } from '../ports.ts';
import { listTombstones } from './list-tombstones.ts';
import { releaseTombstone } from './release-tombstone.ts';

/**
 * The names and audiences that were given up, and their release. They are apart from the objects that left them:
 * nobody writes one, and they hold the names of all teams, so that only a global owner sees them.
 */
export function addTombstoneRoutes(app: Hono<AdminEnv>, deps: AdminDeps): void {
  addRoute(app, '/tombstones', {
    GET: onlyGlobalOwners(async ({ req }): Promise<Reply | Refusal> => {
      const page = await listTombstones(req.url, deps);
      return page.kind === 'refused' ? page : reply(200, { items: page.items, nextCursor: page.nextCursor });
    }),
  });
  addRoute(app, '/tombstones:release', { POST: onlyGlobalOwners(idempotent(createRelease(deps), deps)) });
}

function createRelease(deps: Pick<AdminDeps, 'change' | 'now' | 'log'>): HandleBody {
  return async ({ req, var: { principal, requestId, traceId } }, json) => {
    const query = readQuery(req.url, []);
    if (query.kind === 'refused') return query;
    const reading = await readBodyAs(releaseBody, json, (key) => ({ kind: 'key', key }) as const);
    if (reading.kind === 'refused') return reading;
    const isReleased = await releaseTombstone({ key: reading.key, principal, requestId, traceId }, deps);
    return isReleased ? reply(204, null) : refuse('not_found');
  };
}
