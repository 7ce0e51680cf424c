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
      return operation === undefined ? [] : [{ path, method, operation }];
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
        .flatMap(({ path, method, operation }) => operationParts(path, method, operation, resolve)),
    ]),
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

function operationParts(path: string, method: string, operation: Operation, resolve: Resolve): string[] {
  const parts = [`### ${method.toUpperCase()} ${path}`];
  for (const text of [operation.summary, operation.description]) if (text !== undefined) parts.push(text);
  const parameters = (operation.parameters ?? []).map((parameter) => resolve<Parameter>(parameter));
  if (parameters.length > 0) parts.push(parameterTable(parameters, resolve));
  const body = Object.entries(operation.requestBody?.content ?? {}).map(
    ([mediaType, { schema = {} }]) => `Body (${code(mediaType)}):\n\n${fieldTable(schema, resolve)}`,
  );
  const answers = Object.entries(operation.responses).map(([status, answer]) => {
    const { description, content = {} } = resolve<Answer>(answer);
    return [status, description, Object.keys(content).map(code).join(', ')];
  });
  return [...parts, ...body, table(['status', 'what', 'media type'], answers)];
}

function parameterTable(parameters: readonly Parameter[], resolve: Resolve): string {
  const rows = parameters.map(({ name, in: place, required = false, description = '', schema = {} }) => {
    const resolved = resolve<Schema>(schema);
    return [code(name), place, required ? 'required' : '', typeOf(resolved, resolve), description];
  });
  return table(['parameter', 'in', '', 'type', 'what'], rows);
}

function fieldTable(schema: Schema | Reference, resolve: Resolve): string {
  const rows = fieldsOf(schema, { prefix: '', depth: 0 }, resolve);
  return rows.length === 0 ? 'Any JSON value.' : table(['field', 'type', 'default', 'what'], rows);
}

const MAX_DEPTH = 6;

function fieldsOf(
  given: Schema | Reference,
  at: { readonly prefix: string; readonly depth: number },
  resolve: Resolve,
): string[][] {
  const schema = resolve<Schema>(given);
  if (at.depth > MAX_DEPTH) return [];
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const resolved = resolve<Schema>(member);
    const field = `${at.prefix}${name}`;
    const isRequired = schema.required?.includes(name) === true && resolved.default === undefined;
    const inner = { prefix: `${field}.`, depth: at.depth + 1 };
    const items = resolved.items === undefined ? [] : fieldsOf(resolved.items, { ...inner, prefix: `${field}[].` }, resolve);
    const row = [code(field), typeOf(resolved, resolve), defaultOf(resolved, isRequired), resolved.description ?? ''];
    return [row, ...fieldsOf(resolved, inner, resolve), ...items];
  });
  const ofVariants = variants.flatMap((variant) => fieldsOf(variant, { ...at, depth: at.depth + 1 }, resolve));
  const seen = new Set<string | undefined>();
  return [...own, ...ofVariants].filter(([field]) => !seen.has(field) && seen.add(field));
}

function defaultOf(schema: Schema, isRequired: boolean): string {
  if (schema.default !== undefined) return code(JSON.stringify(schema.default));
  return isRequired ? 'required' : '';
}

function typeOf(schema: Schema, resolve: Resolve): string {
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((variant) => resolve<Schema>(variant));
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => code(JSON.stringify(value))).join(', ');
  if (variants.length > 0) return [...new Set(variants.map((variant) => typeOf(variant, resolve)))].join(' or ');
  if (schema.items !== undefined) return `list of ${typeOf(resolve<Schema>(schema.items), resolve)}${rangeOf(schema)}`;
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
