import type { Hono } from 'hono';
import type { AdminEnv } from '../http/env.ts';
import { onlyGlobalOwners } from '../http/only-global-owners.ts';
import { pageOf } from '../http/page.ts';
import { reply } from '../http/reply.ts';
import { addRoute } from '../http/route.ts';
import type { AdminDeps } from '../ports.ts';
import { readAuditQuery } from './read-audit-query.ts';
import { viewEvent } from './view-event.ts';

/**
 * `GET /audit-events`: what is kept of what happened, a page at a time, by filters. It only reads, and is apart from
 * the objects because events are known by their number, have no owner and no tag, and are never changed.
 */
export function addAuditEventsRoute(app: Hono<AdminEnv>, deps: Pick<AdminDeps, 'listAuditEvents'>): void {
  addRoute(app, '/audit-events', {
    // The trail holds what everybody did.
    GET: onlyGlobalOwners(async (context) => {
      const listing = await readAuditQuery(context.req.url);
      if (listing.kind === 'refused') return listing;
      const { filter, order, list, window } = listing;
      const found = await deps.listAuditEvents({
        filter,
        order,
        afterId: window.after === null ? null : Number(window.after),
        limit: window.limit + 1,
      });
      const page = pageOf(found, window.limit, { list, positionOf: ({ id }) => String(id) });
      return reply(200, { items: page.items.map(viewEvent), nextCursor: page.nextCursor });
    }),
  });
}
