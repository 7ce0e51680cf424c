import { describe, expect, test } from 'vitest';
import {
  createAdminWithSystem,
  createTestAdmin,
  KINDS,
  MERGE_PATCH,
  pointersOf,
  type TestAdmin,
} from '../test-support.ts';

const COLLECTION_OF = (path: string) => path.slice(0, path.lastIndexOf('/'));
const NAME_OF = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** What a name in a path must not be; some would be another name to a reader that folds, decodes or normalises. */
const HOSTILE_NAMES = [
  'UPPER',
  'Api',
  'a.b',
  'api.',
  '.api',
  'a_b',
  '-a',
  'a-',
  'a'.repeat(64),
  'a'.repeat(5000),
  '%61pi',
  '%2e%2e',
  '..%2f',
  '%00',
  'api%00',
  'api%20',
  'a%2Fb',
  '%EF%BD%81pi',
  '\uff41pi',
  '\u0430pi',
  'stra\u00dfe',
  'cafe\u0301',
  'caf\u00e9',
  'a\u200bpi',
  '\u212aube',
  'a;b',
  'a:b',
  'a,b',
  '*',
  '$where',
  '__proto__',
  "a'--",
];

async function stateOf(admin: TestAdmin) {
  return [await admin.stores.readSnapshot(), await admin.auditEvents()];
}

describe.each(KINDS)('$kind', ({ path, body, changed }) => {
  test('A46: is reached by one spelling of its name alone, by every method', async () => {
    const admin = await createAdminWithSystem();
    await admin.put(path, body);
    const before = await stateOf(admin);
    const name = NAME_OF(path);
    for (const hostile of [
      ...HOSTILE_NAMES,
      name.toUpperCase(),
      `${name}.`,
      `${name}/`,
      `/${name}`,
      `${name}%00`,
    ]) {
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
        const sent = method === 'PUT' ? { body } : method === 'PATCH' ? { body: {} } : {};
        const type: Readonly<Record<string, string>> =
          method === 'PATCH' ? { 'Content-Type': MERGE_PATCH } : {};
        const answer = await admin.call(method, `${COLLECTION_OF(path)}/${hostile}`, {
          ...sent,
          headers: { 'If-Match': '*', ...type },
        });
        expect([hostile, method, answer.status]).toEqual([hostile, method, expect.toBeOneOf([400, 404])]);
      }
    }
    expect(await stateOf(admin)).toEqual(before);
  });

  test('A46: no header and no parameter turns one method into another', async () => {
    const admin = await createAdminWithSystem();
    await admin.put(path, body);
    const before = await stateOf(admin);
    const headers = {
      'X-HTTP-Method-Override': 'DELETE',
      'X-HTTP-Method': 'DELETE',
      'X-Method-Override': 'PATCH',
      'If-Match': '*',
    };
    expect((await admin.get(path, { headers })).status).toBe(200);
    expect((await admin.post(path, changed, { headers })).status).toBe(405);
    for (const query of ['_method=DELETE', 'method=DELETE', 'X-HTTP-Method-Override=DELETE']) {
      expect((await admin.get(`${path}?${query}`, { headers })).status).toBe(400);
      expect((await admin.put(`${path}?${query}`, changed, { headers })).status).toBe(400);
      expect((await admin.delete(`${path}?${query}`, { headers })).status).toBe(400);
    }
    expect(await stateOf(admin)).toEqual(before);
  });

  test('L28: every field refuses values of every other type, and names itself', async () => {
    const admin = await createAdminWithSystem();
    const wrong = [
      null,
      true,
      0,
      -1,
      1e300,
      'x\u0000',
      '\ud800',
      'x'.repeat(100_000),
      [],
      [[]],
      [null],
      {},
      { x: {} },
    ];
    for (const field of Object.keys(body)) {
      for (const value of wrong) {
        const answer = await admin.put(path, { ...body, [field]: value });
        const pointers = pointersOf(answer);
        expect([field, value, answer.status, pointers.length > 0]).toEqual([field, value, 400, true]);
      }
    }
    for (const field of ['labels', 'description']) {
      for (const value of [null, 5, ['x'], { 'a b': 'x' }, { a: 5 }, 'x\u0000', 'x'.repeat(1025)]) {
        const answer = await admin.put(path, { ...body, [field]: value });
        expect([field, value, answer.status]).toEqual([field, value, 400]);
      }
    }
    expect((await admin.get(path)).status).toBe(404);
  });

  test('L28, L36: unknown and duplicate members, deep nesting and 10 MB are refused, by PUT and by PATCH', async () => {
    const admin = await createAdminWithSystem();
    await admin.put(path, body);
    const before = await stateOf(admin);
    const text = JSON.stringify(body).slice(0, -1);
    const hostile = [
      [400, `${text},"unknown":1}`],
      [400, `${text},"Description":"x"}`],
      [400, `${text},"description":"x","description":"y"}`],
      [400, `${text},"description":"x","\\u0064escription":"y"}`],
      [400, `${text},"labels":{"a":"1","a":"2"}}`],
      [400, `${text},"labels":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`],
      [413, `${text},"description":"${'x'.repeat(10_485_760)}"}`],
      [400, `${text},"description":"a\u0000b"}`],
      [400, `${text},"description":"a\\u0000b"}`],
      [400, `${text},"description":"e\u0301"}`],
      [400, `${text}} {}`],
      [400, ''],
    ] as const;
    for (const [status, sent] of hostile) {
      expect([sent.slice(0, 200), (await admin.replace(path, sent)).status]).toEqual([
        sent.slice(0, 200),
        status,
      ]);
      expect([sent.slice(0, 200), (await admin.patch(path, sent)).status]).toEqual([
        sent.slice(0, 200),
        status,
      ]);
    }
    expect(await stateOf(admin)).toEqual(before);
  });

  test('A52: nobody sets what the broker keeps: names, owners, times, epochs, by PUT or PATCH', async () => {
    const admin = await createAdminWithSystem();
    await admin.put(path, body);
    const before = await stateOf(admin);
    const assigned = {
      id: '1',
      tenant: 'x',
      created_by: 'x',
      name: 'x',
      identitySystem: 'x',
      kind: 'x',
      metadata: { epoch: 1 },
    };
    for (const [field, value] of Object.entries(assigned)) {
      for (const answer of [
        await admin.replace(path, { ...body, [field]: value }),
        await admin.patch(path, { [field]: value }),
      ]) {
        expect([field, answer.status, pointersOf(answer)]).toEqual([field, 400, [`/${field}`]]);
      }
    }
    expect(await stateOf(admin)).toEqual(before);
  });

  test('A47: malformed preconditions are refused, by every method that takes them', async () => {
    const admin = await createAdminWithSystem();
    const tag = (await admin.put(path, body)).headers.get('etag') ?? '';
    const before = await stateOf(admin);
    const malformed = ['x', '""a', `${tag},`, `,${tag}`, `* , ${tag}`, tag.slice(0, -1), `w/${tag}`, "'1-a'"];
    for (const value of malformed) {
      for (const name of ['If-Match', 'If-None-Match']) {
        const headers = { [name]: value };
        expect([value, (await admin.put(path, changed, { headers })).status]).toEqual([value, 400]);
        expect([value, (await admin.patch(path, changed, { headers })).status]).toEqual([value, 400]);
        expect([value, (await admin.delete(path, { headers })).status]).toEqual([value, 400]);
      }
    }
    expect(await stateOf(admin)).toEqual(before);
  });

  test('the event of a change carries the trace that the caller named, and of a malformed one nothing', async () => {
    const admin = await createAdminWithSystem();
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traced = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    await admin.put(path, body, { headers: traced });
    await admin.patch(path, changed, {
      headers: { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` },
    });
    await admin.delete(path, { headers: { 'If-Match': '*', ...traced } });
    const events = (await admin.auditEvents()).slice(1);
    expect(events.map((event) => ('traceId' in event ? event.traceId : undefined))).toEqual([
      traceId,
      null,
      traceId,
    ]);
  });
});

test('L28: two names that fold to one are not two objects: only one of them is a name', async () => {
  const admin = createTestAdmin();
  expect((await admin.put('/identity-systems/kube', { identityDomain: 'prod' })).status).toBe(201);
  for (const folds of ['Kube', 'KUBE', '\u212aube', '\uff4bube', 'kube\u0301', 'kub\u0435']) {
    const refused = await admin.put(`/identity-systems/${folds}`, { identityDomain: 'prod' });
    expect([folds, refused.status]).toEqual([folds, expect.toBeOneOf([400, 404])]);
  }
  expect((await admin.get('/identity-systems')).json.items).toHaveLength(1);
});
