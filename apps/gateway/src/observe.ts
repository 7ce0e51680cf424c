import type { CreateId } from '@symbolon/core';
import { TRACEPARENT, traceIdOf } from '@symbolon/protocol';
import type { Answer, Answered, Handle, Incoming, IncomingRequest } from './answered.ts';
import { faultOf } from './fault.ts';
import type { GatewayLog } from './log.ts';
import type { WriteError } from './token/oauth-error.ts';

export interface Stopwatch {
  /** Milliseconds, with fractions, since some moment that stays; never set back as a clock is. */
  elapsedMs(): number;
}

/** Answers a request, whatever happens. `segment` is the variable one of the route, decoded. */
export type Observed = (request: IncomingRequest, segment: string) => Promise<Answer>;

/** Stands around every handler: gives the request its id, turns what is thrown into 503, writes the log line. */
export type Observe = (route: string, handle: Handle) => Observed;

export function createObserve(
  deps: Stopwatch & CreateId & { readonly log: GatewayLog; readonly writeError: WriteError },
): Observe {
  return (route, handle) => async (request, segment) => {
    const startedMs = deps.elapsedMs();
    const requestId = deps.createId();
    const traceId = traceIdOf(request.header(TRACEPARENT));
    const answered = await answer({ request, requestId, traceId, segment }, handle);
    deps.log.logRequest({
      requestId,
      traceId,
      client: request.client(),
      method: request.method,
      route,
      status: answered.status,
      reason: answered.reason,
      durationMs: Math.round((deps.elapsedMs() - startedMs) * 1000) / 1000,
      cluster: answered.workload?.cluster ?? null,
      namespace: answered.workload?.namespace ?? null,
      serviceAccount: answered.workload?.serviceAccount.name ?? null,
    });
    return answered;
  };

  async function answer(incoming: Incoming, handle: Handle): Promise<Answered> {
    try {
      return await handle(incoming);
    } catch (thrown) {
      const { reason, retryAfterSeconds, line } = faultOf(thrown);
      const { requestId, traceId } = incoming;
      deps.log.logFault({ requestId, traceId, ...line });
      return deps.writeError({ reason, retryAfterSeconds }, requestId);
    }
  }
}
