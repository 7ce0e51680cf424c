import { code, page, table } from './markdown.ts';

/** The parts of an OpenAPI 3.1 document that the page shows. */
export interface OpenApiDocument {
  readonly info: { readonly title: string; readonly description?: string };
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components?: { readonly [section: string]: { readonly [name: string]: unknown } | undefined };
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: { readonly [status: string]: Answer | Reference };
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema | Reference;
}

type Content = { readonly [mediaType: string]: { readonly schema?: Schema | Reference } };

interface Answer {
  readonly description: string;
  readonly content?: Content;
}

interface Reference {
  readonly $ref: string;
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  /** Of a member that is never given. */
  readonly not?: unknown;
  readonly properties?: { readonly [name: string]: Schema | Reference };
  readonly required?: readonly string[];
  readonly items?: Schema | Reference;
  readonly anyOf?: readonly (Schema | Reference)[];
  readonly oneOf?: readonly (Schema | Reference)[];
  readonly allOf?: readonly (Schema | Reference)[];
}

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

type Resolve = <T extends object>(value: T | Reference) => T;

function createResolve(document: OpenApiDocument): Resolve {
  const resolve = <T extends object>(value: T | Reference): T => {
    if (!('$ref' in value)) return value;
    const [section = '', name = ''] = value.$ref.replace('#/components/', '').split('/');
    const found = document.components?.[section]?.[name];
    if (found === undefined) throw new Error(`${value.$ref} is not in the document`);
    // A document that a generator made: what is named there has the type of what names it.
    return resolve(found as T | Reference);
  };
  return resolve;
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

const MAX_DEPTH = 6;

interface Field {
  readonly name: string;
  readonly types: readonly string[];
  readonly byDefault: string;
  readonly description: string;
}

/** The fields of a schema, those of its members after each; what several variants have is one field of several types. */
function fieldsOf(
  given: Schema | Reference,
  at: { readonly prefix: string; readonly depth: number },
  resolve: Resolve,
): readonly Field[] {
  const schema = resolve<Schema>(given);
  if (at.depth > MAX_DEPTH) return [];
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const resolved = resolve<Schema>(member);
    if (resolved.not !== undefined) return [];
    const field = `${at.prefix}${name}`;
    const isRequired = schema.required?.includes(name) === true && resolved.default === undefined;
    const { description = '' } = resolved;
    const byDefault = defaultOf(resolved, isRequired);
    const inner = { prefix: `${field}.`, depth: at.depth + 1 };
    const items =
      resolved.items === undefined
        ? []
        : fieldsOf(resolved.items, { ...inner, prefix: `${field}[].` }, resolve);
    return [
      { name: field, types: [typeOf(resolved, resolve)], byDefault, description },
      ...fieldsOf(resolved, inner, resolve),
      ...items,
    ];
  });
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const ofVariants = variants.flatMap((variant) =>
    fieldsOf(variant, { ...at, depth: at.depth + 1 }, resolve),
  );
  return [...own, ...ofVariants].reduce(withField, []);
}

function withField(fields: readonly Field[], field: Field): readonly Field[] {
  const index = fields.findIndex(({ name }) => name === field.name);
  const known = fields[index];
  if (known === undefined) return [...fields, field];
  const types = [...new Set([...known.types, ...field.types])];
  const descriptions = [...new Set([known.description, field.description])];
  return fields.with(index, {
    ...known,
    types,
    description: descriptions.filter((text) => text !== '').join(' Or: '),
  });
}

function defaultOf(schema: Schema, isRequired: boolean): string {
  if (schema.default !== undefined) return code(JSON.stringify(schema.default));
  return isRequired ? 'required' : '';
}

function typeOf(schema: Schema, resolve: Resolve): string {
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((variant) =>
    resolve<Schema>(variant),
  );
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => code(JSON.stringify(value))).join(', ');
  if (variants.length > 0)
    return [...new Set(variants.map((variant) => typeOf(variant, resolve)))].join(' or ');
  if (schema.items !== undefined)
    return `list of ${typeOf(resolve<Schema>(schema.items), resolve)}${rangeOf(schema)}`;
  const type = typeof schema.type === 'object' ? schema.type.join(' or ') : (schema.type ?? 'any');
  return `${type}${rangeOf(schema)}`;
}

function rangeOf({ minimum, maximum, minItems, maxItems, maxLength }: Schema): string {
  const low = minimum ?? minItems;
  const high = maximum ?? maxItems ?? maxLength;
  if (low === undefined && high === undefined) return '';
  if (low === undefined) return `, at most ${high}`;
  return high === undefined ? `, at least ${low}` : `, ${low} to ${high}`;
}
