import type { Context } from 'hono';
import type { AdminEnv } from './http/env.ts';
import type { Refusal } from './http/problem.ts';
import { readQuery } from './http/query.ts';
import { type Reply, reply } from './http/reply.ts';

/** Tells callers who they are to us. */
export async function whoami({ req, var: { principal } }: Context<AdminEnv>): Promise<Reply | Refusal> {
  const query = readQuery(req.url, []);
  if (query.kind === 'refused') return query;
  return reply(200, { id: principal.id, isGlobalOwner: principal.isGlobalOwner });
}
