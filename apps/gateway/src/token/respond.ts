import type { ExchangeOutcome } from '@symbolon/core';
import { ISSUED_TOKEN_TYPE, JSON_MEDIA_TYPE, type TokenResponse } from '@symbolon/protocol';
import type { Answered } from '../answered.ts';

/** The answer of a successful exchange (RFC 8693 §2.2.1). A workload gets no refresh token: it has its token file. */
export function respond(
  outcome: Extract<ExchangeOutcome, { readonly kind: 'issued' }>,
  requestId: string,
): Answered {
  const body: TokenResponse = {
    access_token: outcome.credential,
    issued_token_type: ISSUED_TOKEN_TYPE[outcome.tokenType],
    token_type: outcome.tokenType === 'access_token' ? 'Bearer' : 'N_A',
    expires_in: outcome.expiresInSeconds,
    ...(outcome.scopes.length === 0 ? {} : { scope: outcome.scopes.join(' ') }),
  };
  const headers = {
    'content-type': JSON_MEDIA_TYPE,
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'x-request-id': requestId,
  };
  return { status: 200, headers, body: JSON.stringify(body), reason: null, workload: outcome.workload };
}
