import type { JsonValue } from '@symbolon/core';

/** What is answered to a request that was served. */
export interface Reply {
  readonly kind: 'reply';
  readonly status: 200 | 201 | 204 | 304;
  /** Null: no body. */
  readonly body: JsonValue;
  readonly headers: Readonly<Record<string, string>>;
}

export function reply(status: Reply['status'], body: JsonValue, headers: Reply['headers'] = {}): Reply {
  return { kind: 'reply', status, body, headers };
}

export function writeReply({ status, body, headers }: Reply, requestId: string): Response {
  return new Response(body === null ? null : JSON.stringify(body), {
    status,
    headers: {
      ...headers,
      ...(body === null ? {} : { 'Content-Type': 'application/json' }),
      'Cache-Control': 'no-store',
      'X-Request-Id': requestId,
    },
  });
}
