import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SETTINGS } from '../src/config/settings.ts';
import { METRICS } from '../src/serve/metrics/metrics-vocabulary.ts';
import { type Field, fieldsOf } from './fields.ts';
import { createResolve, type OpenApiDocument, type Operation } from './openapi-document.ts';

/*
 * What is not described would stand in the reference without a word. That the pages are those of the source is held
 * by `npm run generate:check`.
 */

const openApi = join(import.meta.dirname, '..', '..', 'admin', 'src', 'openapi', 'openapi.json');
const document = JSON.parse(readFileSync(openApi, 'utf8')) as OpenApiDocument;
const resolve = createResolve(document);
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

function bodyFields({ requestBody }: Operation): readonly Field[] {
  const schemas = Object.values(requestBody?.content ?? {}).map(({ schema = {} }) => schema);
  return schemas.flatMap((schema) => fieldsOf(schema, { prefix: '', depth: 0 }, resolve));
}

function answerFields({ responses }: Operation): readonly Field[] {
  const contents = Object.values(responses).flatMap((answer) => Object.values(resolve(answer).content ?? {}));
  return contents.flatMap(({ schema = {} }) => fieldsOf(schema, { prefix: '', depth: 0 }, resolve));
}

describe.each(operations)('$operationId', (operation) => {
  test('every field that it takes is described, and every number has a range', () => {
    const fields = bodyFields(operation);
    expect(fields.filter(({ description }) => description === '').map(({ name }) => name)).toEqual([]);
    const numbers = fields.filter(({ types }) => types.some((type) => /^(integer|number)/.test(type)));
    expect(numbers.filter(({ types }) => !types.every((type) => / to /.test(type)))).toEqual([]);
  });

  test('every field that it answers is described', () => {
    const names = answerFields(operation).filter(({ description }) => description === '');
    expect([...new Set(names.map(({ name }) => name))]).toEqual([]);
  });

  test('it has a summary, and every parameter and answer is described', () => {
    expect(operation.summary).toMatch(/\w/);
    for (const parameter of operation.parameters ?? []) expect(resolve(parameter).description).toMatch(/\w/);
    for (const answer of Object.values(operation.responses))
      expect(resolve(answer).description).toMatch(/\w/);
  });
});

test.each(Object.entries(SETTINGS))(
  'the setting %s says what it is, its values and its default',
  (_, setting) => {
    for (const text of [setting.describe, setting.range, setting.default]) expect(text).toMatch(/\w/);
  },
);

test.each(METRICS)('the metric $name says what it counts', ({ help }) => {
  expect(help).toMatch(/\w+.*\.$/);
});
