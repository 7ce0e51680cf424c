import { FORM_MEDIA_TYPE, JSON_MEDIA_TYPE, TOKEN_EXCHANGE_GRANT, TOKEN_TYPE } from '@symbolon/protocol';
import { z } from 'zod';
import { parseJsonBody } from '../cli/json-body.ts';
import { type HttpAnswer, REQUEST_TIMEOUT_MS, type SendHttp } from '../cli/send-http.ts';
import { type ExchangeOutcome, type Unissued, unissued } from './exchange-outcome.ts';
import { metadataUrl } from './metadata-url.ts';
import { readTokenAnswer } from './read-token-answer.ts';
import { readRetryAfterMs } from './retry-after.ts';

/*
 * The workload's side of the exchange: find the token endpoint, show the ServiceAccount token, keep what is issued
 * fresh in a file. It knows the wire and the clock, and nothing of command lines, so that all of it is tested without
 * a process.
 */

export interface CredentialRequest {
  /** As it stands in the broker's metadata, byte for byte. */
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly scope: string | null;
  /** A URN of RFC 8693 §3; null: what the target prefers. */
  readonly requestedTokenType: string | null;
}

export interface RequestCredentialDeps {
  readonly sendHttp: SendHttp;
  readonly now: () => number;
  /** Throws where there is none; it is asked at every attempt, for Kubernetes replaces the file. */
  readonly readSubjectToken: () => Promise<string>;
  /** PEM; null: what Node trusts. Asked at every attempt as well. */
  readonly readCa: () => string | null;
  /** Ends what is in flight. */
  readonly signal: AbortSignal | null;
}

type RequestCredential = (request: CredentialRequest) => Promise<ExchangeOutcome>;

const metadataSchema = z.object({ issuer: z.string(), token_endpoint: z.url() });

/**
 * One attempt: the metadata (RFC 8414), then the exchange (RFC 8693). Throws what the two readers throw, and
 * `HttpError` where nothing answers.
 */
export function createRequestCredential(deps: RequestCredentialDeps): RequestCredential {
  return async (request) => {
    const subjectToken = await deps.readSubjectToken();
    const caPem = deps.readCa();
    const send = (url: URL, form: URLSearchParams | null) =>
      deps.sendHttp({
        method: form === null ? 'GET' : 'POST',
        url,
        headers: { Accept: JSON_MEDIA_TYPE, ...(form !== null && { 'Content-Type': FORM_MEDIA_TYPE }) },
        body: form === null ? null : form.toString(),
        caPem,
        timeoutMs: REQUEST_TIMEOUT_MS,
        ...(deps.signal && { signal: deps.signal }),
      });

    const metadata = await send(metadataUrl(request.issuer), null);
    const endpoint = judgeMetadata(request.issuer, metadata, deps.now());
    if (!(endpoint instanceof URL)) return endpoint;
    const askedAtMs = deps.now();
    const answer = await send(endpoint, tokenForm(request, subjectToken));
    return readTokenAnswer(answer, { askedAtMs, nowMs: deps.now() });
  };
}

/**
 * The token endpoint, if the metadata is that of the issuer (RFC 8414 §3.3) and the endpoint is on its origin: the
 * subject token goes to nobody whom the issuer's certificate does not stand for.
 */
function judgeMetadata(issuer: string, answer: HttpAnswer, nowMs: number): URL | Unissued {
  const { status } = answer;
  if (status >= 500 || status === 429) {
    const message = `${issuer} cannot say where its token endpoint is (${status})`;
    const retryAfterMs = readRetryAfterMs(answer.headers['retry-after'], nowMs);
    return { ...unissued('unavailable', message), retryAfterMs };
  }
  const parsed = metadataSchema.safeParse(status === 200 ? parseJsonBody(answer) : null);
  if (!parsed.success) {
    return unissued(
      'refused',
      `${issuer} is not the issuer of a broker: it serves no metadata (${status})`,
      'give the broker with --issuer or SYMBOLON_ISSUER, as it stands in the "iss" of its credentials',
    );
  }
  if (parsed.data.issuer !== issuer) {
    return unissued(
      'refused',
      `the broker at ${issuer} says that its issuer is another`,
      'give with --issuer the very URL that the broker was configured with: letter case and a slash at the end count',
    );
  }
  const endpoint = new URL(parsed.data.token_endpoint);
  if (endpoint.origin === new URL(issuer).origin) return endpoint;
  return unissued(
    'refused',
    `the token endpoint of ${issuer} is on another server, so no token is sent to it`,
  );
}

function tokenForm(request: CredentialRequest, subjectToken: string): URLSearchParams {
  const form = new URLSearchParams({
    grant_type: TOKEN_EXCHANGE_GRANT,
    subject_token_type: TOKEN_TYPE.jwt,
    subject_token: subjectToken,
  });
  for (const audience of request.audiences) form.append('audience', audience);
  if (request.scope !== null) form.set('scope', request.scope);
  if (request.requestedTokenType !== null) form.set('requested_token_type', request.requestedTokenType);
  return form;
}
