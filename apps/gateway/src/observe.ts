import type { Clock, CreateId } from '@symbolon/core';
import type { Context } from 'hono';
import type { Answered, Handle, Incoming } from './answered.ts';
import { faultOf } from './fault.ts';
import type { GatewayLog } from './log.ts';
import type { WriteError } from './token/oauth-error.ts';

/** Stands around every handler: gives the request its id, turns what is thrown into 503, writes the log line. */
export type Observe = (route: string, handle: Handle) => (context: Context) => Promise<Response>;

export function createObserve(
  deps: Clock & CreateId & { readonly log: GatewayLog; readonly writeError: WriteError },
): Observe {
  return (route, handle) => async (context) => {
    const startedAtMs = deps.now();
    const requestId = deps.createId();
    const request = context.req.raw;
    const incoming = { request, requestId, segment: context.req.param('segment') ?? '' };
    const answered = await answer(incoming, handle);
    deps.log.logRequest({
      requestId,
      method: request.method,
      route,
      status: answered.response.status,
      reason: answered.reason,
      durationMs: Math.max(0, deps.now() - startedAtMs),
      cluster: answered.workload?.cluster ?? null,
      namespace: answered.workload?.namespace ?? null,
      serviceAccount: answered.workload?.serviceAccount.name ?? null,
    });
    return answered.response;
  };

  async function answer(incoming: Incoming, handle: Handle): Promise<Answered> {
    try {
      return await handle(incoming);
    } catch (thrown) {
      const { reason, retryAfterSeconds, line } = faultOf(thrown);
      deps.log.logFault({ requestId: incoming.requestId, ...line });
      return deps.writeError({ reason, retryAfterSeconds }, incoming.requestId);
    }
  }
}
