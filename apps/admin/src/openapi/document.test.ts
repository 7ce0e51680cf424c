import type { JsonValue } from '@symbolon/core';
import { ADMIN_BASE_PATH, problemView, readObject } from '@symbolon/protocol';
import { describe, expect, test } from 'vitest';
import { createTestAdmin } from '../test-support.ts';
import { createDocument, OPERATIONS } from './create-document.ts';
import { EXAMPLES, PROBLEM_EXAMPLES } from './examples.ts';
import document from './openapi.json' with { type: 'json' };
import { BODIES, VIEWS } from './schemas.ts';

test('what is committed is what generating it again gives', () => {
  expect(document).toEqual(JSON.parse(JSON.stringify(createDocument())));
});

test('every route of the app is in the document, and every operation of the document is a route', () => {
  const routes = createTestAdmin()
    .app.routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/(?<=\/):(\w+)/g, '{$1}')}`);
  const documented = OPERATIONS.map(
    ({ method, path }) => `${method.toUpperCase()} ${ADMIN_BASE_PATH}${path}`,
  );
  expect([...new Set(routes)].toSorted()).toEqual(documented.toSorted());
});

test('the served document is the committed one', async () => {
  const answer = await createTestAdmin().get('/openapi.json');
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual(document);
});

test('every operation has its own id, and every reference leads somewhere', () => {
  const ids = OPERATIONS.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
    ([, path = '']) => path,
  );
  expect(references.length).toBeGreaterThan(100);
  for (const reference of new Set(references)) {
    const found = reference
      .split('/')
      .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
    expect(found, reference).toBeDefined();
  }
});

test('every operation is behind the bearer token, and says what it answers without one', () => {
  expect(document.security).toEqual([{ bearer: [] }]);
  for (const methods of Object.values(document.paths)) {
    for (const operation of Object.values(methods)) {
      expect(operation).not.toHaveProperty('security');
      expect(Object.keys(operation.responses)).toContain('401');
    }
  }
});

describe('examples', () => {
  test.each(Object.entries(BODIES))('the one of %s is a body that is taken', async (name, schema) => {
    const reading = await readObject<unknown>(schema, EXAMPLES[name as keyof typeof BODIES]);
    expect(reading).toMatchObject({ kind: 'valid' });
  });

  test.each(Object.entries(VIEWS).filter(([name]) => name !== 'OpenApi'))(
    'the one of %s is an answer with nothing beside its schema',
    (name, schema) => {
      const example = EXAMPLES[name as keyof typeof VIEWS];
      expect(schema.parse(example)).toEqual(example);
    },
  );

  test.each(Object.entries(PROBLEM_EXAMPLES))('the problem of status %s has it', (status, example) => {
    expect(problemView.parse(example)).toEqual(example);
    expect(example.status).toBe(Number(status));
  });

  test('A50: none has a token, a private key or a password, in a body or in an answer', () => {
    const secrets = textsOf(createDocument())
      .filter(({ name, text }) => SECRET_MEMBERS.has(name) || LIKE_A_SECRET.test(text))
      .map(({ name }) => name);
    expect(secrets).toEqual([]);
    expect(textsOf({ credential: { token: 'a' } }).some(({ name }) => SECRET_MEMBERS.has(name))).toBe(true);
  });
});

const SECRET_MEMBERS = new Set([
  'token',
  'subjectToken',
  'password',
  'secret',
  'd',
  'p',
  'q',
  'dp',
  'dq',
  'qi',
  'k',
]);
const LIKE_A_SECRET = /eyJ[\w-]+\.|PRIVATE KEY|:\/\/[^/\s]*:[^/\s]*@/;

/** Every text of a document with the name of the member that holds it. */
function textsOf(value: unknown, name = ''): readonly { readonly name: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ name, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([member, inner]) =>
    textsOf(inner as JsonValue, Array.isArray(value) ? name : member),
  );
}
