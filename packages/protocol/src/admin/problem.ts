import { z } from 'zod';

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

/** A problem as clients parse it. */
export const problemView = z.object({
  type: z.string().meta({ description: 'urn:symbolon:problem:<code>; the code is stable.' }),
  title: z.string().meta({ description: 'What kind of refusal it is.' }),
  status: z.int().min(400).max(599).meta({ description: 'As in the status line.' }),
  detail: z.string().exactOptional().meta({ description: 'What is wrong with this request.' }),
  requestId: z
    .string()
    .meta({ description: 'As in the header X-Request-Id, in the log and in the audit trail.' }),
  errors: z
    .array(
      z.object({
        pointer: z
          .string()
          .meta({ description: 'Where in the body (RFC 6901); empty for the body as a whole.' }),
        detail: z.string().meta({ description: 'What is wrong there.' }),
      }),
    )
    .exactOptional()
    .meta({ description: 'Everything that is wrong with the body.' }),
}) satisfies z.ZodType<Problem>;
