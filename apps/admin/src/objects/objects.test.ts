import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  CLUSTER,
  createAdminWithSystem,
  createTestAdmin,
  KINDS,
  pointersOf,
  SYSTEM,
} from '../test-support.ts';

const NAME_OF = (path: string) => path.slice(path.lastIndexOf('/') + 1);
const COLLECTION_OF = (path: string) => path.slice(0, path.lastIndexOf('/'));
const STRONG_TAG = /^"\d+-[\w-]+"$/;

describe.each(KINDS)('$kind', ({ kind, path, body, changed }) => {
  test('is created, read as it was written, and listed', async () => {
    const admin = await createAdminWithSystem();
    const created = await admin.put(path, body);
    expect(created.status).toBe(201);
    expect(created.headers.get('etag')).toMatch(STRONG_TAG);
    expect(created.headers.get('cache-control')).toBe('no-store');

    const read = await admin.get(path);
    expect(read.status).toBe(200);
    expect(read.headers.get('etag')).toBe(created.headers.get('etag'));
    expect(read.json).toEqual(created.json);
    expect(read.json).toMatchObject({
      name: NAME_OF(path),
      labels: {},
      description: '',
      metadata: {
        createdAt: '2027-01-15T08:00:00.000Z',
        updatedAt: '2027-01-15T08:00:00.000Z',
        updatedBy: 'bootstrap',
        epoch: 2,
      },
    });
    const list = await admin.get(COLLECTION_OF(path));
    expect(list.json.items).toContainEqual(read.json);
  });

  test('A47: is not replaced without If-Match, nor under a stale or weak tag, but under its own and under *', async () => {
    const admin = await createAdminWithSystem();
    const { headers } = await admin.put(path, body);
    const tag = headers.get('etag') ?? '';
    expect((await admin.put(path, changed)).status).toBe(428);
    for (const stale of ['"1-nothing"', `W/${tag}`, '""', `"${tag.slice(1, -2)}"`]) {
      expect((await admin.put(path, changed, { headers: { 'If-Match': stale } })).status).toBe(412);
    }
    expect((await admin.put(path, changed, { headers: { 'If-Match': 'unquoted' } })).status).toBe(400);
    expect((await admin.get(path)).headers.get('etag')).toBe(tag);

    const replaced = await admin.put(path, changed, { headers: { 'If-Match': `"1-other", ${tag}` } });
    expect(replaced.status).toBe(200);
    expect(replaced.headers.get('etag')).not.toBe(tag);
    expect((await admin.put(path, body, { headers: { 'If-Match': tag } })).status).toBe(412);
    expect((await admin.put(path, body, { headers: { 'If-Match': '*' } })).status).toBe(200);
  });

  test('A47: is created once under If-None-Match, and never replaced under an If-Match that nothing has', async () => {
    const admin = await createAdminWithSystem();
    expect((await admin.put(path, body, { headers: { 'If-Match': '"1-a"' } })).status).toBe(412);
    expect((await admin.put(path, body, { headers: { 'If-Match': '*' } })).status).toBe(412);
    expect((await admin.put(path, body, { headers: { 'If-None-Match': '*' } })).status).toBe(201);
    const both = { 'If-None-Match': '*', 'If-Match': '*' };
    expect((await admin.put(path, changed, { headers: both })).status).toBe(412);
  });

  test('A47: an identical retry needs no If-Match and moves nothing, but one that is given must hold', async () => {
    const admin = await createAdminWithSystem();
    const tag = (await admin.put(path, body)).headers.get('etag') ?? '';
    const retried = await admin.put(path, body);
    expect([retried.status, retried.headers.get('etag')]).toEqual([200, tag]);
    expect((await admin.put(path, body, { headers: { 'If-Match': '"1-a"' } })).status).toBe(412);
    expect((await admin.put(path, body, { headers: { 'If-None-Match': '*' } })).status).toBe(412);
  });

  test('A47: of two writers who saw the same state, one is told that it has passed', async () => {
    const admin = await createAdminWithSystem();
    const { headers } = await admin.put(path, body);
    const seen = { headers: { 'If-Match': headers.get('etag') ?? '' } };
    const again = { ...changed, description: 'the other' };
    const both = await Promise.all([admin.put(path, changed, seen), admin.put(path, again, seen)]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 412]));
  });

  test('A47: deleted and made again, it has another tag, and the old one changes nothing', async () => {
    const admin = await createAdminWithSystem();
    const { headers } = await admin.put(path, body);
    const old = { headers: { 'If-Match': headers.get('etag') ?? '' } };
    expect((await admin.delete(path)).status).toBe(428);
    expect((await admin.delete(path, { headers: { 'If-Match': '"1-a"' } })).status).toBe(412);
    const deleted = await admin.delete(path, old);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await admin.get(path)).status).toBe(404);
    expect((await admin.delete(path, old)).status).toBe(404);

    if (kind === 'IdentitySystem' || kind === 'Cluster') await admin.release(kind, NAME_OF(path));
    expect((await admin.put(path, body)).status).toBe(201);
    expect((await admin.put(path, changed, old)).status).toBe(412);
    expect((await admin.delete(path, old)).status).toBe(412);
  });

  test('a PUT that changes nothing moves nothing: same tag, no epoch, no event, no new policy', async () => {
    const admin = await createAdminWithSystem();
    const created = await admin.put(path, { ...body, labels: { team: 'a', tier: 'b' } });
    const before = [await admin.stores.readSnapshot(), await admin.auditEvents(), admin.policyChanges()];
    admin.clock.advance(60_000);
    const same = await admin.replace(path, { labels: { tier: 'b', team: 'a' }, ...body });
    expect(same.status).toBe(200);
    expect(same.headers.get('etag')).toBe(created.headers.get('etag'));
    expect(same.json).toEqual(created.json);
    expect([await admin.stores.readSnapshot(), await admin.auditEvents(), admin.policyChanges()]).toEqual(
      before,
    );
  });

  test('a change writes one audit event, raises the epoch, and is in force before it is acknowledged', async () => {
    const admin = await createAdminWithSystem();
    const created = await admin.put(path, body);
    admin.clock.advance(60_000);
    const replaced = await admin.replace(path, changed);
    await admin.delete(path, { headers: { 'If-Match': '*' } });

    const events = (await admin.auditEvents()).slice(1);
    expect(events).toMatchObject([
      { kind: 'change', operation: 'create', principal: 'bootstrap', epoch: { number: 2 }, before: null },
      { kind: 'change', operation: 'replace', requestId: replaced.headers.get('x-request-id') },
      { kind: 'change', operation: 'delete', object: { kind, name: NAME_OF(path) }, after: null },
    ]);
    const { name: _name, identitySystem: _system, metadata, ...written } = created.json;
    expect(events[0]).toMatchObject({ after: written });
    expect(events[1]).toMatchObject({ before: written });
    expect(replaced.json.metadata).toMatchObject({
      createdAt: metadata.createdAt,
      updatedAt: '2027-01-15T08:01:00.000Z',
      epoch: 3,
    });
    expect(admin.policyChanges()).toBe(4);
  });

  test('A52: unknown and read-only fields are refused by name, and nothing is written', async () => {
    const admin = await createAdminWithSystem();
    const extra = { id: '1', tenant: 'x', created_by: 'x', name: 'x', identitySystem: 'x', metadata: {} };
    const refused = await admin.put(path, { ...body, ...extra });
    expect(refused.status).toBe(400);
    expect(refused.json.type).toBe('urn:symbolon:problem:invalid_body');
    expect(pointersOf(refused).toSorted()).toEqual(
      Object.keys(extra)
        .map((field) => `/${field}`)
        .toSorted(),
    );
    expect((await admin.get(path)).status).toBe(404);
  });

  test('is refused without a body, without a token and under a wrong name', async () => {
    const admin = await createAdminWithSystem();
    expect((await admin.put(path, {})).status).toBe(400);
    expect((await admin.call('PUT', path)).status).toBe(415);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect((await admin.call(method, path, { token: null })).status).toBe(401);
      expect(
        (
          await admin.call(method, `${COLLECTION_OF(path)}/Upper`, {
            body: method === 'PUT' ? body : undefined,
          })
        ).status,
      ).toBe(400);
      expect(
        (await admin.call(method, `${path}?dryRun=maybe`, { body: method === 'PUT' ? body : undefined }))
          .status,
      ).toBe(400);
    }
    expect((await admin.get(COLLECTION_OF(path), { token: null })).status).toBe(401);
  });

  test('labels and description are kept; a reader who has the state is told so', async () => {
    const admin = await createAdminWithSystem();
    const labels = { 'company.com/team': 'payments' };
    const description = 'First line.\nSecond line.';
    const { json, headers } = await admin.put(path, { ...body, labels, description });
    expect(json).toMatchObject({ labels, description });
    const tag = headers.get('etag') ?? '';
    const unchanged = await admin.get(path, { headers: { 'If-None-Match': `W/${tag}` } });
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
    expect((await admin.get(path, { headers: { 'If-None-Match': '"1-a"' } })).status).toBe(200);
  });
});

test('A62: a change is acknowledged only once the new policy, with the change in it, is in force', async () => {
  const inForce = Promise.withResolvers<void>();
  const policies: number[] = [];
  let isAcknowledged = false;
  const admin = createTestAdmin({
    policyChanged: async () => {
      policies.push((await admin.stores.readSnapshot()).identitySystems.length);
      await inForce.promise;
    },
  });
  const acknowledged = admin.put('/identity-systems/a', SYSTEM).then(() => {
    isAcknowledged = true;
  });
  // Everything that can go on without the policy has gone on by then.
  for (let turn = 0; turn < 10; turn += 1) await setImmediate();
  expect([policies, isAcknowledged]).toEqual([[1], false]);
  inForce.resolve();
  await acknowledged;
});

test('every problem of a body is named at once', async () => {
  const admin = createTestAdmin();
  const refused = await admin.put('/clusters/prod', {
    ...CLUSTER,
    issuers: [],
    clockSkewSeconds: 61,
    apiServer: {
      url: 'https://prod.company.com',
      caBundle: 'no certificate',
      credential: { kind: 'tokenFile', path: 'x' },
    },
    lockOutOn: 'termination',
    surprise: true,
  });
  expect(pointersOf(refused).toSorted()).toEqual([
    '/apiServer/caBundle',
    '/apiServer/credential/path',
    '/clockSkewSeconds',
    '/issuers',
    '/lockOutOn',
    '/surprise',
  ]);
});

test('a precondition that is missing or does not hold says what to send instead', async () => {
  const admin = await createAdminWithSystem();
  const path = '/identity-systems/myidsystem';
  const change = async (headers: Readonly<Record<string, string>>, at = path) =>
    (await admin.put(at, { ...SYSTEM, displayName: 'New' }, { headers })).json.detail;
  const readAgain = /read the object again and send its ETag in If-Match, or \* to overwrite/;
  expect(await change({})).toMatch(readAgain);
  expect(await change({ 'If-Match': '"1-a"' })).toMatch(readAgain);
  expect(await change({ 'If-None-Match': '*' })).toMatch(readAgain);
  expect(await change({ 'If-Match': '*' }, '/identity-systems/other')).toMatch(/leave If-Match out/);
});
