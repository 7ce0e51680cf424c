import type { Context, Hono } from 'hono';
import type { AdminEnv } from './env.ts';
import { type Refusal, refuse, writeProblem } from './problem.ts';
import { type Reply, writeReply } from './reply.ts';

type Method = 'GET' | 'PUT' | 'PATCH' | 'DELETE' | 'POST';
export type Handle = (context: Context<AdminEnv>) => Promise<Reply | Refusal>;

/** Mounts the methods of one path; every other method on it is 405. HEAD is GET without its body. */
export function addRoute(
  app: Hono<AdminEnv>,
  path: string,
  handlers: Readonly<Partial<Record<Method, Handle>>>,
): void {
  for (const [method, handle] of Object.entries(handlers)) {
    app.on(method, path, async (context) => {
      const answer = await handle(context);
      const { requestId } = context.var;
      return answer.kind === 'refused' ? writeProblem(answer, requestId) : writeReply(answer, requestId);
    });
  }
  const methods = Object.keys(handlers).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  const refusal = refuse('method_not_allowed', { headers: { Allow: methods.join(', ') } });
  app.all(path, (context) => writeProblem(refusal, context.var.requestId));
}
