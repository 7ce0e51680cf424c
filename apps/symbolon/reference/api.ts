import { fieldsOf, typeOf } from './fields.ts';
import { code, page, table } from './markdown.ts';
import {
  type Answer,
  type Content,
  createResolve,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  type Reference,
  type Resolve,
  type Schema,
} from './openapi-document.ts';

const METHODS = ['get', 'put', 'patch', 'post', 'delete'];

/** The admin API as a page, from its OpenAPI document: every operation, with every field of what it takes and gives. */
export function apiPage(document: OpenApiDocument): string {
  const resolve = createResolve(document);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const operation = methods[method];
      return operation === undefined
        ? []
        : [{ path, method, operation, isOfObjects: isOfObjects(document, path) }];
    }),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags ?? ['Other']))];
  return page(
    'Admin API',
    'Every operation of the admin API. `GET /admin/v1/openapi.json` serves the same as an OpenAPI 3.1 document. ' +
      'Every request needs `Authorization: Bearer <token>`; every error is `application/problem+json` (RFC 9457).',
    ...tags.flatMap((tag) => [
      `## ${tag}`,
      ...operations
        .filter(({ operation }) => (operation.tags ?? ['Other']).includes(tag))
        .flatMap((listed) => operationParts(listed, resolve)),
    ]),
    '## Errors',
    errorTable(
      operations.map(({ operation }) => operation),
      resolve,
    ),
  );
}

interface ListedOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
  /** Its answers are objects that `PUT` takes, or lists of them: their fields are shown there. */
  readonly isOfObjects: boolean;
}

function isOfObjects({ paths }: OpenApiDocument, path: string): boolean {
  return paths[path]?.put !== undefined || paths[`${path}/{name}`]?.put !== undefined;
}

function operationParts(
  { path, method, operation, isOfObjects }: ListedOperation,
  resolve: Resolve,
): string[] {
  const parts = [`### ${method.toUpperCase()} ${path}`];
  for (const text of [operation.summary, operation.description]) if (text !== undefined) parts.push(text);
  const parameters = (operation.parameters ?? []).map((parameter) => resolve<Parameter>(parameter));
  if (parameters.length > 0) parts.push(parameterTable(parameters, resolve));
  const body = Object.entries(operation.requestBody?.content ?? {}).map(([mediaType, { schema = {} }]) =>
    method === 'patch'
      ? `Body (${code(mediaType)}, RFC 7396): fields of the body of \`PUT\`. What is left out stays, \`null\` takes it away.`
      : `Body (${code(mediaType)}):\n\n${fieldTable(schema, resolve)}`,
  );
  const answers = Object.entries(operation.responses).map(([status, answer]) => ({
    status,
    ...resolve<Answer>(answer),
  }));
  const served = answers.filter(isServed).map(({ status, description }) => `- ${status}: ${description}`);
  const errors = answers.filter((answer) => !isServed(answer)).map(({ status }) => status);
  const shapes = isOfObjects
    ? []
    : answers.filter(isServed).flatMap(({ content = {} }) => answerFields(content, resolve));
  return [...parts, ...body, ...shapes, `Answers:\n\n${served.join('\n')}\n- errors: ${errors.join(', ')}`];
}

function answerFields(content: Content, resolve: Resolve): string[] {
  return Object.values(content).flatMap(({ schema = {} }) => {
    const fields = fieldsOf(schema, { prefix: '', depth: 0 }, resolve);
    const rows = fields.map(({ name, types, description }) => [code(name), types.join(' or '), description]);
    return rows.length === 0 ? [] : [`Answer:\n\n${table(['field', 'type', 'what'], rows)}`];
  });
}

function isServed({ status }: { readonly status: string }): boolean {
  return Number(status) < 400;
}

/** Every code of every error with its meaning, from the descriptions "`code`: meaning." of all answers. */
function errorTable(operations: readonly Operation[], resolve: Resolve): string {
  const rows = new Map<string, readonly string[]>();
  for (const { responses } of operations) {
    for (const [status, answer] of Object.entries(responses)) {
      if (isServed({ status })) continue;
      const { description } = resolve<Answer>(answer);
      for (const [, name = '', meaning = ''] of description.matchAll(/`(\w+)`: ([^`]+?)(?= `\w+`: |$)/g)) {
        rows.set(`${status} ${name}`, [status, code(name), meaning]);
      }
    }
  }
  return table(
    ['status', '`type` ends in', 'what'],
    [...rows.keys()].toSorted().map((key) => rows.get(key) ?? []),
  );
}

function parameterTable(parameters: readonly Parameter[], resolve: Resolve): string {
  const rows = parameters.map(({ name, in: place, required = false, description = '', schema = {} }) => {
    const resolved = resolve<Schema>(schema);
    return [code(name), place, required ? 'required' : '', typeOf(resolved, resolve), description];
  });
  return table(['parameter', 'in', '', 'type', 'what'], rows);
}

function fieldTable(schema: Schema | Reference, resolve: Resolve): string {
  const rows = fieldsOf(schema, { prefix: '', depth: 0 }, resolve).map(
    ({ name, types, byDefault, description }) => [code(name), types.join(' or '), byDefault, description],
  );
  return rows.length === 0 ? 'Any JSON value.' : table(['field', 'type', 'default', 'what'], rows);
}
