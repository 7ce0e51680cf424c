import { PROBLEM_MEDIA_TYPE, type Problem, type ProblemError } from '@symbolon/protocol';

/** Every way in which the admin API refuses, and how each reads on the wire (RFC 9457). */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request cannot be understood' },
  invalid_body: { status: 400, title: 'The body is not valid' },
  unauthenticated: { status: 401, title: 'A valid bearer token is required' },
  forbidden: { status: 403, title: 'The principal may not do this' },
  not_found: { status: 404, title: 'There is no such thing here' },
  method_not_allowed: { status: 405, title: 'The resource does not have this method' },
  conflict: { status: 409, title: 'The change does not fit the rest of the configuration' },
  precondition_failed: { status: 412, title: 'The object is not in the state that the request expects' },
  body_too_large: { status: 413, title: 'The body is too large' },
  media_type_unsupported: { status: 415, title: 'The body is of a type that is not taken here' },
  precondition_required: { status: 428, title: 'A change of an existing object needs If-Match' },
  /** The `Idempotency-Key` of another request. */
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  /** The same request was begun and has no answer yet. */
  idempotency_in_progress: { status: 409, title: 'The same request is still being served' },
  internal_error: { status: 500, title: 'The broker failed' },
  unavailable: { status: 503, title: 'The broker cannot answer now' },
} as const satisfies Readonly<Record<string, { status: number; title: string }>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A refusal on its way to the caller. Nothing in it repeats a value that the caller sent, or a fault's message. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly errors?: readonly ProblemError[];
  readonly headers?: Readonly<Record<string, string>>;
}

export function refuse(code: ProblemCode, more: Omit<Refusal, 'kind' | 'code'> = {}): Refusal {
  return { kind: 'refused', code, ...more };
}

export const forGlobalOwners = refuse('forbidden', { detail: 'only a global owner may do this' });

/** Writes every error body of the admin API; nothing else does. */
export function writeProblem(refusal: Refusal, requestId: string): Response {
  const { code, detail, errors, headers } = refusal;
  const problem: Problem = {
    type: `urn:symbolon:problem:${code}`,
    ...PROBLEMS[code],
    ...(detail === undefined ? {} : { detail }),
    requestId,
    ...(errors === undefined ? {} : { errors }),
  };
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      ...headers,
      'Content-Type': PROBLEM_MEDIA_TYPE,
      'Cache-Control': 'no-store',
      'X-Request-Id': requestId,
    },
  });
}
