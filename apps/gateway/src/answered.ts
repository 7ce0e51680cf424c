import type { Workload } from '@symbolon/core';
import type { AnswerReason } from './token/reason-answers.ts';

/** A request as handlers see it, whichever server read it. */
export interface IncomingRequest {
  readonly method: string;
  /** What follows the path, with its `?`; empty where nothing does. */
  readonly query: string;
  /** Who is at the other end, as far as it is known; for the log alone. */
  client(): string | null;
  /** The value of a header, those of several lines of its name joined by a comma and a space. `name` is lower-case. */
  header(name: string): string | null;
  /** The body as bytes, or why there are none. A length that is declared too large is refused unread. */
  readBody(maxBytes: number): Promise<Body>;
}

export type Body = Uint8Array | 'body_too_large' | 'body_malformed';

/** A request, and what the broker gave it. */
export interface Incoming {
  readonly request: IncomingRequest;
  /** Made here; an `X-Request-Id` that came with the request is not trusted and not read. */
  readonly requestId: string;
  /** The trace that the caller named (W3C Trace Context): 32 hex digits, or null. */
  readonly traceId: string | null;
  /** The variable segment of the route, decoded; empty where it has none. */
  readonly segment: string;
}

export interface Answer {
  readonly status: number;
  /** By lower-case names. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string | null;
}

/** An answer, and what the request's log line says of it. */
export interface Answered extends Answer {
  readonly reason: AnswerReason | null;
  /** The workload of a proven subject token. */
  readonly workload: Workload | null;
}

export type Handle = (incoming: Incoming) => Answered | Promise<Answered>;

export function served(body: string | null, headers: Answer['headers'], status = 200): Answered {
  return { status, headers, body, reason: null, workload: null };
}
