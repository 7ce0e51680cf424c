import type { CountRefusal, ExchangeOutcome, ExchangeToken } from '@symbolon/core';
import type { Answered, Handle, Incoming, IncomingRequest } from '../answered.ts';
import { faultOf } from '../fault.ts';
import { checkRequestHead } from './check-request-head.ts';
import type { Failure, WriteError } from './oauth-error.ts';
import { parseTokenRequest, type RequestRefusal } from './parse-token-request.ts';
import { respond } from './respond.ts';

/*
 * The token endpoint, from the bytes of a request to those of its answer. A request is read strictly and in a fixed
 * order, the exchange itself is core's, and every refusal is written by one writer from one table, so that what a
 * caller is told is decided in one place.
 */

const MAX_BODY_BYTES = 64 * 1024;

export type TokenRouteDeps = ExchangeToken & CountRefusal & { readonly writeError: WriteError };

/**
 * The token endpoint: turns an HTTP request into an exchange, and the outcome into an answer. A request that never
 * got an outcome is counted here; the exchange records or counts its own outcomes.
 */
export function createTokenRoute(deps: TokenRouteDeps): Handle {
  return async (incoming) => {
    const parsed = await readTokenRequest(incoming.request);
    if (parsed.kind === 'refused') {
      deps.countRefusal(parsed.reason, null);
      const headers = headersOfRefusal(parsed, incoming.request);
      return deps.writeError({ ...parsed, headers }, incoming.requestId);
    }
    const { kind: _, ...asked } = parsed;
    const { requestId, traceId } = incoming;
    try {
      const outcome = await deps.exchangeToken({ ...asked, requestId, traceId, clientId: null });
      return answerOutcome(outcome, incoming);
    } catch (thrown) {
      deps.countRefusal(faultOf(thrown).reason, null);
      throw thrown;
    }
  };

  function answerOutcome(outcome: ExchangeOutcome, { requestId }: Incoming): Answered {
    switch (outcome.kind) {
      case 'issued':
        return respond(outcome, requestId);
      case 'unproven':
      case 'refused':
        return deps.writeError(outcome, requestId);
    }
  }
}

async function readTokenRequest(request: IncomingRequest): Promise<ReturnType<typeof parseTokenRequest>> {
  const { method, query } = request;
  const headReason = checkRequestHead({
    method,
    query,
    contentType: request.header('content-type'),
    contentEncoding: request.header('content-encoding'),
  });
  if (headReason !== null) return { kind: 'refused', reason: headReason };
  const body = await request.readBody(MAX_BODY_BYTES);
  if (typeof body === 'string') return { kind: 'refused', reason: body };
  return parseTokenRequest(body, { has: (name) => request.header(name) !== null });
}

function headersOfRefusal(
  { reason }: RequestRefusal,
  request: IncomingRequest,
): NonNullable<Failure['headers']> {
  if (reason === 'method_not_allowed') return { allow: 'POST' };
  if (reason !== 'client_authentication_failed') return {};
  // RFC 6749 §5.2 wants the challenge to match the scheme that the client used.
  const usedBearer = /^bearer\b/i.test(request.header('authorization') ?? '');
  return { 'www-authenticate': `${usedBearer ? 'Bearer' : 'Basic'} realm="symbolon"` };
}
