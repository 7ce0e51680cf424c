import type { Workload } from '@symbolon/core';
import type { AnswerReason } from './token/reason-answers.ts';

/** A request as handlers see it: the web's own `Request`, and what the broker gave it. */
export interface Incoming {
  readonly request: Request;
  /** Made here; an `X-Request-Id` that came with the request is not trusted and not read. */
  readonly requestId: string;
  /** The trace that the caller named (W3C Trace Context): 32 hex digits, or null. */
  readonly traceId: string | null;
  /** The variable segment of the route, decoded; empty where it has none. */
  readonly segment: string;
}

/** An answer, and what the request's log line says of it. */
export interface Answered {
  readonly response: Response;
  readonly reason: AnswerReason | null;
  /** The workload of a proven subject token. */
  readonly workload: Workload | null;
}

export type Handle = (incoming: Incoming) => Answered | Promise<Answered>;

export function served(response: Response): Answered {
  return { response, reason: null, workload: null };
}
