import type { Hono } from 'hono';
import type { AdminEnv } from '../http/env.ts';
import { readQuery } from '../http/query.ts';
import { reply } from '../http/reply.ts';
import { addRoute } from '../http/route.ts';
import { jsonOf } from '../objects/json-of.ts';
import document from './openapi.json' with { type: 'json' };

/** `GET /openapi.json`: the generated document as it is committed. */
export function addOpenApiRoute(app: Hono<AdminEnv>): void {
  addRoute(app, '/openapi.json', {
    async GET({ req }) {
      const query = readQuery(req.url, []);
      return query.kind === 'refused' ? query : reply(200, jsonOf(document));
    },
  });
}
