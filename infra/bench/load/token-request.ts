import type { ServerAddress } from './connection.ts';

export interface ExchangeAsked {
  readonly subjectToken: string;
  readonly audience: string;
}

/** The bytes of a token request (RFC 8693 §2.1), made before the span that is measured. */
export function tokenRequest(
  { host, port }: ServerAddress,
  { subjectToken, audience }: ExchangeAsked,
): Buffer {
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    subject_token: subjectToken,
    audience,
  }).toString();
  return Buffer.from(
    [
      'POST /token HTTP/1.1',
      `Host: ${host}:${port}`,
      'User-Agent: symbolon-bench',
      'Accept: application/json',
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  );
}

/** Hands out requests one after the other, from the first again after the last; or each once, and then none. */
export interface RequestSource {
  next(): Buffer | null;
}

export function inTurns(requests: readonly Buffer[]): RequestSource {
  let at = 0;
  return {
    next() {
      const request = requests[at] ?? null;
      at = (at + 1) % requests.length;
      return request;
    },
  };
}

export function eachOnce(requests: readonly Buffer[]): RequestSource {
  let at = 0;
  return { next: () => requests[at++] ?? null };
}
