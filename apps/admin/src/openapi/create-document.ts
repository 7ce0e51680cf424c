import { ADMIN_BASE_PATH, PROBLEM_MEDIA_TYPE } from '@symbolon/protocol';
import { PROBLEMS } from '../http/problem.ts';
import type { JsonObject } from '../objects/json-of.ts';
import { EXAMPLES, PROBLEM_EXAMPLES } from './examples.ts';
import { componentSchemas } from './json-schema.ts';
import { mergePatchSchemaOf } from './merge-patch-schema.ts';
import { OBJECT_OPERATIONS } from './object-operations.ts';
import { type Answer, COMMON_PROBLEMS, type Operation, type ProblemStatus, TAGS } from './operation.ts';
import { OTHER_OPERATIONS } from './other-operations.ts';
import { AUDIT_PARAMETERS, HEADERS, type HeaderName, PARAMETERS, type ParameterName } from './parameters.ts';
import { BODIES, PATCHED_BODIES, type SchemaName, VIEWS } from './schemas.ts';

export const OPERATIONS: readonly Operation[] = [...OBJECT_OPERATIONS, ...OTHER_OPERATIONS];

/** The OpenAPI 3.1 document of the admin API; the same every time. */
export function createDocument(): JsonObject {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Symbolon admin API',
      version: 'v1',
      summary: 'What the broker accepts, whom it names how, and what happened.',
      description:
        'Every request needs a bearer token. Every error is application/problem+json (RFC 9457) with the id of its request. Unknown fields and parameters are refused; a field is only ever added.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The listener of the admin API.' }],
    security: [{ bearer: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: createPaths(),
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: createSchemas(),
      responses: createProblems(),
      parameters: { ...PARAMETERS, ...AUDIT_PARAMETERS },
      headers: HEADERS,
      examples: Object.fromEntries(Object.entries(EXAMPLES).map(([name, value]) => [name, { value }])),
    },
  };
}

function createPaths(): JsonObject {
  const paths = new Map<string, JsonObject>();
  for (const operation of OPERATIONS) {
    const path = `${ADMIN_BASE_PATH}${operation.path}`;
    paths.set(path, { ...paths.get(path), [operation.method]: operationObject(operation) });
  }
  return Object.fromEntries(paths);
}

function operationObject(operation: Operation): JsonObject {
  const { operationId, tag, summary, description, path, named, parameters = [], body, answers } = operation;
  const all: readonly ParameterName[] = [
    ...(path.includes('{system}') ? (['system'] as const) : []),
    ...(named === undefined ? [] : [named]),
    ...parameters,
    'traceparent',
  ];
  const problems = [...COMMON_PROBLEMS, ...(operation.problems ?? [])].toSorted((a, b) => a - b);
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    parameters: all.map((name) => reference('parameters', name)),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: content(body.mediaType, body.schema) } }),
    responses: {
      ...Object.fromEntries(answers.map((answer) => [answer.status, answerObject(answer)])),
      ...Object.fromEntries(problems.map((status) => [status, reference('responses', nameOf(status))])),
    },
  };
}

function answerObject({ description, schema, headers = [] }: Answer): JsonObject {
  return {
    description,
    headers: headersOf(['X-Request-Id', ...headers]),
    ...(schema === undefined ? {} : { content: content('application/json', schema) }),
  };
}

function content(mediaType: string, schema: SchemaName): JsonObject {
  const examples = { [schema]: reference('examples', schema) };
  return { [mediaType]: { schema: reference('schemas', schema), examples } };
}

function createSchemas(): JsonObject {
  const bodies = componentSchemas(BODIES, 'input');
  const patches: JsonObject = Object.fromEntries(
    Object.entries(PATCHED_BODIES).map(([name, body]) => [name, mergePatchSchemaOf(bodies[body] ?? {})]),
  );
  return { ...bodies, ...patches, ...componentSchemas(VIEWS, 'output') };
}

const PROBLEM_HEADERS: Readonly<Partial<Record<ProblemStatus, readonly HeaderName[]>>> = {
  401: ['WWW-Authenticate'],
  503: ['Retry-After'],
};

/** One response a status: its codes with their titles, and one example. */
function createProblems(): JsonObject {
  const statuses = [...new Set(OPERATIONS.flatMap(({ problems = [] }) => [...COMMON_PROBLEMS, ...problems]))];
  return Object.fromEntries(
    statuses
      .toSorted((a, b) => a - b)
      .map((status) => {
        const codes = Object.entries(PROBLEMS).filter(([, problem]) => problem.status === status);
        const description = codes.map(([code, { title }]) => `\`${code}\`: ${title}.`).join(' ');
        const examples = { [nameOf(status)]: { value: PROBLEM_EXAMPLES[status] } };
        const schema = reference('schemas', 'Problem');
        return [
          nameOf(status),
          {
            description,
            headers: headersOf(['X-Request-Id', ...(PROBLEM_HEADERS[status] ?? [])]),
            content: { [PROBLEM_MEDIA_TYPE]: { schema, examples } },
          },
        ];
      }),
  );
}

function nameOf(status: ProblemStatus): string {
  return `Problem${status}`;
}

function headersOf(names: readonly HeaderName[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, reference('headers', name)]));
}

function reference(section: string, name: string): JsonObject {
  return { $ref: `#/components/${section}/${name}` };
}
