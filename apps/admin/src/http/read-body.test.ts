import { expect, test } from 'vitest';
import { createAdminWithSystem, createTestAdmin, OWNER_TOKEN, pointersOf, SYSTEM } from '../test-support.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const PATH = '/identity-systems/other';

test.each([
  ['text/plain', 415],
  ['application/x-www-form-urlencoded', 415],
  ['application/jsonp', 415],
  ['application/json; charset=latin1', 415],
  ['application/json, text/plain', 415],
  ['application/merge-patch+json', 415],
  ['', 415],
  ['application/json; charset=utf-8', 201],
  ['APPLICATION/JSON;CHARSET="UTF-8"', 201],
])('a body of type %s is answered %i', async (type, status) => {
  const answer = await createTestAdmin().put(PATH, SYSTEM, { headers: { 'Content-Type': type } });
  expect(answer.status).toBe(status);
});

test('a compressed body is not unpacked', async () => {
  const answer = await createTestAdmin().put(PATH, SYSTEM, { headers: { 'Content-Encoding': 'gzip' } });
  expect(answer.status).toBe(415);
});

test.each([
  ['no JSON', '{"identityDomain":'],
  ['nothing', ''],
  ['a byte order mark', '\ufeff{"identityDomain":"prod"}'],
  ['bytes that are no UTF-8', latin1('{"identityDomain":"prod","displayName":"\xe9"}')],
  ['an overlong encoding', latin1('{"identityDomain":"prod","displayName":"\xc0\xaf"}')],
  ['a scalar', '5'],
  ['a list', '[]'],
  ['null', 'null'],
  ['nesting without end', `${'['.repeat(5000)}${']'.repeat(5000)}`],
])('%s is 400', async (_, body) => {
  const answer = await createTestAdmin().put(PATH, body);
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({ type: 'urn:symbolon:problem:invalid_body' });
});

test('L28: a member that comes twice is refused, however it is spelt, and pointed at', async () => {
  const body = '{"identityDomain":"prod","labels":{"a/b":"1","\\u0061/b":"2"}}';
  const answer = await createTestAdmin().put(PATH, body);
  expect([answer.status, pointersOf(answer)]).toEqual([400, ['/labels/a~1b']]);
});

test('L28: names that would reach a prototype, and text that no store keeps as it is, are refused', async () => {
  const body =
    '{"identityDomain":"prod","__proto__":{"x":1},"labels":{"__proto__":"a"},"displayName":"\\ud800"}';
  const answer = await createTestAdmin().put(PATH, body);
  expect(pointersOf(answer).toSorted()).toEqual(['/__proto__', '/displayName', '/labels/__proto__']);
  const nul = await createTestAdmin().put(PATH, '{"identityDomain":"prod","description":"a\\u0000b"}');
  expect(pointersOf(nul)).toEqual(['/description']);
});

test('more than 1 MiB is refused, whether or not the length is announced, and 1 MiB is read', async () => {
  const admin = await createAdminWithSystem();
  const padded = (bytes: number) => JSON.stringify(SYSTEM).padEnd(bytes);
  expect((await admin.put(PATH, padded(1_048_577))).status).toBe(413);
  expect((await admin.put(PATH, padded(1_048_577), { headers: { 'Content-Length': '2' } })).status).toBe(413);
  expect((await admin.put(PATH, '{}', { headers: { 'Content-Length': '1048577' } })).status).toBe(413);
  expect((await admin.put(PATH, padded(1_048_576))).status).toBe(201);
});

test('an answer does not grow with the number of problems', async () => {
  const fields = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`field${index}`, 1]));
  const answer = await createTestAdmin().put(PATH, fields);
  expect(answer.json.errors).toHaveLength(100);
});

test('a body that its sender breaks off is malformed, no failure of the broker, and leaves nothing behind', async () => {
  const { app, logged, get } = createTestAdmin();
  const chunks = [new TextEncoder().encode('{"identityDomain":')];
  const body = new ReadableStream({
    pull(controller) {
      const chunk = chunks.pop();
      if (chunk === undefined) controller.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
      else controller.enqueue(chunk);
    },
  });
  const headers = { Authorization: `Bearer ${OWNER_TOKEN}`, 'Content-Type': 'application/json' };
  const request = new Request(`http://admin/admin/v1${PATH}`, {
    method: 'PUT',
    headers,
    body,
    duplex: 'half',
  });
  const response = await app.request(request);
  expect([response.status, await response.json()]).toEqual([
    400,
    expect.objectContaining({
      type: 'urn:symbolon:problem:invalid_body',
      title: 'The body is not valid',
      detail: 'the body was broken off',
    }),
  ]);
  expect(logged.filter(({ level }) => level !== 'info')).toEqual([]);
  expect((await get(PATH)).status).toBe(404);
});
