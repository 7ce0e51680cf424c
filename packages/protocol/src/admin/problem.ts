/** What the admin API answers instead of an object (RFC 9457), as `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** As in the header `X-Request-Id` and in the audit trail. */
  readonly requestId: string;
  /** Every problem of the body; `pointer` (RFC 6901) is empty for the body as a whole. */
  readonly errors?: readonly ProblemError[];
}

export interface ProblemError {
  readonly pointer: string;
  readonly detail: string;
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
