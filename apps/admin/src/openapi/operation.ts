import type { HeaderName, ParameterName } from './parameters.ts';
import type { ObjectName, SchemaName } from './schemas.ts';

/**
 * The admin API as one OpenAPI 3.1 document. Which operations there are, and what each takes and answers, stands in
 * tables here; what bodies and answers hold is taken from the very schemas that judge and parse them. It is apart from
 * the routes because nothing of it runs in the broker: what is served is the document that was generated and
 * committed, and tests hold document and routes to each other.
 */
export interface Operation {
  readonly method: 'get' | 'put' | 'patch' | 'delete' | 'post';
  /** Under the base, its parameters in braces. */
  readonly path: string;
  /** What `{name}` in the path names. */
  readonly named?: ObjectName;
  readonly operationId: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** Beside those of the path and what every operation takes. */
  readonly parameters?: readonly ParameterName[];
  readonly body?: { readonly mediaType: string; readonly schema: SchemaName };
  readonly answers: readonly Answer[];
  /** Statuses of problems beside those that every operation may answer with. */
  readonly problems?: readonly ProblemStatus[];
}

export interface Answer {
  readonly status: 200 | 201 | 204 | 304;
  readonly description: string;
  readonly schema?: SchemaName;
  readonly headers?: readonly HeaderName[];
}

export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 412 | 413 | 415 | 422 | 428 | 500 | 503;

/** What any operation may answer: a request that cannot be read, a caller without a token, and trouble of the broker. */
export const COMMON_PROBLEMS: readonly ProblemStatus[] = [400, 401, 500, 503];

export const TAGS = {
  'Identity systems': 'Namespaces of native identities, each owned by one team.',
  Targets: 'Relying parties of an identity system.',
  'Mapping rules': 'Which workloads get what, or do not.',
  Clusters: 'Kubernetes clusters whose tokens are accepted.',
  Revocations: 'What ends further exchanges, whatever any rule allows.',
  Tombstones: 'Names and audiences that were given up.',
  Decisions: 'What would be decided, and why.',
  Audit: 'What happened.',
  API: 'The admin API itself.',
} as const;
export type Tag = keyof typeof TAGS;
