import { describe, expect, test } from 'vitest';
import {
  CLUSTER,
  createAdminWithSystem,
  createTestAdmin,
  KINDS,
  MERGE_PATCH,
  pointersOf,
  RULE,
  TEAM_TOKEN,
} from '../test-support.ts';

const RULE_PATH = '/identity-systems/myidsystem/rules/all';
const asPatch = { 'Content-Type': MERGE_PATCH };

describe.each(KINDS)('PATCH of $kind', ({ path, body, changed }) => {
  test('gives what a PUT of the merged body gives, with one event, and the change is in force', async () => {
    const [patched, put] = [await createAdminWithSystem(), await createAdminWithSystem()];
    for (const admin of [patched, put]) await admin.put(path, body);
    const answer = await patched.patch(path, changed);
    await put.replace(path, changed);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe((await patched.get(path)).headers.get('etag'));
    expect(answer.json).toEqual((await put.get(path)).json);
    const [event, expected] = [(await patched.auditEvents()).at(-1), (await put.auditEvents()).at(-1)];
    expect(event).toMatchObject({ operation: 'replace', object: { kind: expect.any(String) } });
    expect({ ...event, epoch: null, requestId: '' }).toEqual({ ...expected, epoch: null, requestId: '' });
    expect(patched.policyChanges()).toBe(put.policyChanges());
  });

  test('A47: is 404 where nothing is, 428 without If-Match, 412 under a stale or weak tag, 400 under a malformed one', async () => {
    const admin = await createAdminWithSystem();
    expect((await admin.patch(path, { description: 'x' })).status).toBe(404);
    const tag = (await admin.put(path, body)).headers.get('etag') ?? '';
    const patch = (headers: Readonly<Record<string, string>>) =>
      admin.call('PATCH', path, { body: { description: 'x' }, headers: { ...asPatch, ...headers } });
    expect((await patch({})).status).toBe(428);
    expect((await patch({ 'If-None-Match': '*' })).status).toBe(412);
    for (const stale of ['"1-a"', `W/${tag}`, '"1-a", "2-b"']) {
      expect((await patch({ 'If-Match': stale })).status).toBe(412);
    }
    for (const malformed of ['', 'x', '*, "a"', tag.slice(1)]) {
      expect((await patch({ 'If-Match': malformed })).status).toBe(400);
    }
    expect((await admin.get(path)).headers.get('etag')).toBe(tag);
    expect((await patch({ 'If-Match': `"1-a", ${tag}` })).status).toBe(200);
  });

  test('that changes nothing moves nothing, and needs no If-Match', async () => {
    const admin = await createAdminWithSystem();
    const { headers, json } = await admin.put(path, body);
    const before = [await admin.stores.readSnapshot(), await admin.auditEvents(), admin.policyChanges()];
    admin.clock.advance(60_000);
    for (const patch of [{}, { description: '', labels: {} }, { labels: { none: null } }, body]) {
      const same = await admin.call('PATCH', path, { body: patch, headers: asPatch });
      expect([same.status, same.headers.get('etag')]).toEqual([200, headers.get('etag')]);
      expect(same.json).toEqual(json);
    }
    expect([await admin.stores.readSnapshot(), await admin.auditEvents(), admin.policyChanges()]).toEqual(
      before,
    );
  });

  test('L28, A52: refuses fields that there are not, read-only ones and prototypes, given or null', async () => {
    const admin = await createAdminWithSystem();
    await admin.put(path, body);
    const hostile = '"__proto__":{"x":1},"constructor":{"prototype":{}},"descripton":"x","metadata":{}';
    const given = await admin.patch(path, `{${hostile}}`);
    expect([given.status, pointersOf(given).toSorted()]).toEqual([
      400,
      ['/__proto__', '/constructor', '/descripton', '/metadata'],
    ]);
    const nulls = '"__proto__":null,"constructor":null,"descripton":null,"metadata":null,"name":null';
    const cleared = await admin.patch(path, `{${nulls}}`);
    expect([cleared.status, pointersOf(cleared).toSorted()]).toEqual([
      400,
      ['/__proto__', '/constructor', '/descripton', '/metadata', '/name'],
    ]);
    const nested = await admin.patch(path, '{"labels":{"__proto__":null}}');
    expect([nested.status, pointersOf(nested)]).toEqual([400, ['/labels/__proto__']]);
  });

  test.each(['[]', 'null', '"x"', '5', 'true', '[{"description":"x"}]'])(
    'refuses the patch %s, which would replace the object whole',
    async (patch) => {
      const admin = await createAdminWithSystem();
      const { headers } = await admin.put(path, body);
      const refused = await admin.patch(path, patch);
      expect([refused.status, pointersOf(refused)]).toEqual([400, ['']]);
      expect((await admin.get(path)).headers.get('etag')).toBe(headers.get('etag'));
    },
  );

  test('takes merge patches alone, and says so', async () => {
    const admin = await createAdminWithSystem();
    await admin.put(path, body);
    for (const type of ['application/json', 'application/json-patch+json', 'text/plain', `${MERGE_PATCH}x`]) {
      const refused = await admin.patch(path, {}, { headers: { 'Content-Type': type } });
      expect([refused.status, refused.headers.get('accept-patch')]).toEqual([415, MERGE_PATCH]);
      expect(refused.json.detail).toContain(MERGE_PATCH);
    }
    const headers = { 'Content-Type': `${MERGE_PATCH.toUpperCase()}; charset=utf-8` };
    expect((await admin.patch(path, {}, { headers })).status).toBe(200);
  });
});

test('null removes a member, and what is left is judged as a PUT would judge it', async () => {
  const admin = await createAdminWithSystem();
  await admin.put(RULE_PATH, { ...RULE, ttlSeconds: 300, scopes: ['read'], labels: { a: '1', b: '2' } });
  const { json } = await admin.patch(RULE_PATH, { ttlSeconds: null, labels: { a: null, c: '3' } });
  expect(json).toMatchObject({ scopes: ['read'], labels: { b: '2', c: '3' } });
  expect(json).not.toHaveProperty('ttlSeconds');
  const refused = await admin.patch(RULE_PATH, {
    targets: null,
    match: { namespaces: null },
    priority: 2_000_000,
  });
  expect([refused.status, pointersOf(refused).toSorted()]).toEqual([
    400,
    ['/match/namespaces', '/priority', '/targets'],
  ]);
  // A list is replaced, never merged, and a field with a default goes back to it.
  const listed = await admin.patch(RULE_PATH, { scopes: ['write'], priority: null });
  expect(listed.json).toMatchObject({ scopes: ['write'], priority: 0 });
});

test('what PUT refuses, PATCH refuses: fixed fields, taken audiences, and what only a global owner sets', async () => {
  const admin = await createAdminWithSystem();
  const path = '/identity-systems/myidsystem';
  expect((await admin.patch(path, { identityDomain: 'other' })).status).toBe(409);
  expect(
    (await admin.patch(path, { subject: '{cluster}.{namespace}.{serviceAccount}', identityDomain: null }))
      .status,
  ).toBe(409);
  const team = { token: TEAM_TOKEN };
  expect((await admin.patch(path, { audiencePatterns: ['a'] }, team)).status).toBe(403);
  expect((await admin.patch(path, { displayName: 'Mine' }, team)).status).toBe(200);
  await admin.put(`${path}/targets/a`, { audiences: ['a'] });
  await admin.put(`${path}/targets/b`, { audiences: ['b'] });
  const taken = await admin.patch(`${path}/targets/b`, { audiences: ['b', 'a'] });
  expect([taken.status, pointersOf(taken)]).toEqual([409, ['/audiences/1']]);
});

describe('A47: of writers at the same moment one wins, and nothing is lost', () => {
  test('two patches of different fields that saw the same state', async () => {
    const admin = await createAdminWithSystem();
    const { headers } = await admin.put(RULE_PATH, RULE);
    const seen = { headers: { 'If-Match': headers.get('etag') ?? '' } };
    const both = await Promise.all([
      admin.patch(RULE_PATH, { priority: 7 }, seen),
      admin.patch(RULE_PATH, { ttlSeconds: 300 }, seen),
    ]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 412]));
    expect((await admin.auditEvents()).length).toBe(3);
  });

  test('a patch that overwrites whatever is there is not merged into what it has not seen', async () => {
    const admin = await createAdminWithSystem();
    await admin.put(RULE_PATH, RULE);
    const both = await Promise.all([
      admin.replace(RULE_PATH, { ...RULE, priority: 7 }),
      admin.patch(RULE_PATH, { ttlSeconds: 300 }),
    ]);
    expect(both.map(({ status }) => status)).toEqual([200, 412]);
    expect(both[1]?.json.detail).toMatch(/send it again/);
    expect((await admin.get(RULE_PATH)).json).toMatchObject({ priority: 7 });
  });

  test('a patch of what is deleted meanwhile makes nothing', async () => {
    const admin = await createAdminWithSystem();
    await admin.put(RULE_PATH, RULE);
    const both = await Promise.all([
      admin.delete(RULE_PATH, { headers: { 'If-Match': '*' } }),
      admin.patch(RULE_PATH, { ttlSeconds: 300 }),
    ]);
    expect(both.map(({ status }) => status)).toEqual([204, 404]);
    expect((await admin.get(RULE_PATH)).status).toBe(404);
  });

  test('fifty writers of one tag: one is served, and what is stored is what it wrote', async () => {
    const admin = await createAdminWithSystem();
    const { headers } = await admin.put(RULE_PATH, RULE);
    const seen = { headers: { 'If-Match': headers.get('etag') ?? '' } };
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        index % 2 === 0
          ? admin.patch(RULE_PATH, { priority: index + 1 }, seen)
          : admin.put(RULE_PATH, { ...RULE, priority: index + 1 }, seen),
      ),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect([won.length, answers.filter(({ status }) => status === 412).length]).toEqual([1, 49]);
    expect((await admin.get(RULE_PATH)).json).toEqual(won[0]?.json);
  });
});

describe('A50: the token of a cluster in a patch', () => {
  const PATH = '/clusters/prod';

  async function withToken() {
    const admin = createTestAdmin();
    await admin.put(PATH, CLUSTER);
    return { admin, sealed: await admin.stores.readClusterCredential('prod') };
  }

  test('stays where it is not named, and is never part of what is merged', async () => {
    const { admin, sealed } = await withToken();
    for (const patch of [
      { clockSkewSeconds: 5 },
      { apiServer: { audiences: ['kube'] } },
      { apiServer: { credential: {} } },
      { apiServer: { credential: { kind: 'token' } } },
    ]) {
      const { status, json } = await admin.patch(PATH, patch);
      expect(status).toBe(200);
      expect(json).toMatchObject({ apiServer: { credential: { token: { set: true } } } });
    }
    expect(await admin.stores.readClusterCredential('prod')).toBe(sealed);
  });

  test('is cleared by null, and by nothing less', async () => {
    const { admin } = await withToken();
    const { json } = await admin.patch(PATH, { apiServer: { credential: { token: null } } });
    expect(json).toMatchObject({ apiServer: { credential: { token: { set: false, fingerprint: null } } } });
    expect(await admin.stores.readClusterCredential('prod')).toBeNull();
    const again = await admin.call('PATCH', PATH, {
      body: { apiServer: { credential: { token: null } } },
      headers: asPatch,
    });
    expect(again.status).toBe(200);
  });

  test('changes when another is given, and goes with its credential', async () => {
    const { admin, sealed } = await withToken();
    await admin.patch(PATH, { apiServer: { credential: { token: 'another' } } });
    const other = await admin.stores.readClusterCredential('prod');
    expect([other === null, other === sealed]).toEqual([false, false]);
    await admin.patch(PATH, { apiServer: { credential: null } });
    expect(await admin.stores.readClusterCredential('prod')).toBeNull();
  });

  test('A59: does not follow a patched url, nor become the file of another kind', async () => {
    const { admin } = await withToken();
    const moved = await admin.patch(PATH, { apiServer: { url: 'https://evil.company.com' } });
    expect(moved.json).toMatchObject({ apiServer: { credential: { token: { set: false } } } });
    expect(await admin.stores.readClusterCredential('prod')).toBeNull();
  });

  test('goes with a change to another kind that says so by null', async () => {
    const admin = createTestAdmin({ isCredentialPath: async () => true });
    await admin.put(PATH, CLUSTER);
    const patch = { apiServer: { credential: { kind: 'tokenFile', path: '/run/token', token: null } } };
    const { status, json } = await admin.patch(PATH, patch);
    expect([status, json.apiServer]).toEqual([
      200,
      { url: CLUSTER.apiServer.url, credential: { kind: 'tokenFile', path: '/run/token' } },
    ]);
    expect(await admin.stores.readClusterCredential('prod')).toBeNull();
  });

  test('is in no answer and no event, whatever the patch comes to', async () => {
    const { admin } = await withToken();
    const answers = [
      await admin.patch(PATH, { apiServer: { credential: { token: 'hunter2-secret' } } }),
      await admin.patch(PATH, { apiServer: { credential: { token: 'hunter2-secret two' } } }),
      await admin.patch(PATH, { apiServer: { credential: { token: 'hunter2-secret' } }, hunter2: 1 }),
      await admin.patch(`${PATH}?dryRun=true`, { apiServer: { credential: { token: 'hunter2-secret-3' } } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 400, 200]);
    const everything = JSON.stringify([answers, await admin.auditEvents(), admin.logged]);
    expect(everything).not.toContain('hunter2-secret');
  });
});
