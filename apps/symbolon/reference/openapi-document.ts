/** The parts of an OpenAPI 3.1 document that the page shows. */
export interface OpenApiDocument {
  readonly info: { readonly title: string; readonly description?: string };
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components?: { readonly [section: string]: { readonly [name: string]: unknown } | undefined };
}

export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: { readonly [status: string]: Answer | Reference };
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema | Reference;
}

export type Content = { readonly [mediaType: string]: { readonly schema?: Schema | Reference } };

export interface Answer {
  readonly description: string;
  readonly content?: Content;
}

export interface Reference {
  readonly $ref: string;
}

export interface Schema {
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

export type Resolve = <T extends object>(value: T | Reference) => T;

/** Follows `$ref`s into the components of the document. */
export function createResolve(document: OpenApiDocument): Resolve {
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
