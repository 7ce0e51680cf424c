import { code } from './markdown.ts';
import type { Reference, Resolve, Schema } from './openapi-document.ts';

const MAX_DEPTH = 6;

export interface Field {
  readonly name: string;
  readonly types: readonly string[];
  readonly byDefault: string;
  readonly description: string;
}

/** The fields of a schema, those of its members after each; what several variants have is one field of several types. */
export function fieldsOf(
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
    const description = descriptionOf(resolved, resolve);
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

/** Its own, or of what may be null, that of what it is otherwise. */
function descriptionOf({ description, anyOf = [] }: Schema, resolve: Resolve): string {
  if (description !== undefined) return description;
  const described = anyOf
    .map((variant) => resolve<Schema>(variant))
    .find((variant) => variant.description !== undefined);
  return described?.description ?? '';
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

export function typeOf(schema: Schema, resolve: Resolve): string {
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
