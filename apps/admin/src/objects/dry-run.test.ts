import { describe, expect, test } from 'vitest';
import {
  CLUSTER,
  createAdminWithSystem,
  createTestAdmin,
  KINDS,
  pointersOf,
  TARGET,
} from '../test-support.ts';

describe.each(KINDS)('dryRun of $kind', ({ path, body, changed }) => {
  const DRY = `${path}?dryRun=true`;

  async function unmoved(
    admin: Awaited<ReturnType<typeof createAdminWithSystem>>,
    work: () => Promise<void>,
  ) {
    const state = async () => [
      await admin.stores.readSnapshot(),
      await admin.auditEvents(),
      await admin.stores.listTombstones({ kind: null, after: null, limit: 10 }),
      await admin.stores.readClusterCredential('eu1'),
      admin.policyChanges(),
      admin.logged.length,
    ];
    const before = await state();
    await work();
    expect(await state()).toEqual(before);
  }

  test('answers a creation as it would be answered, under no tag, and makes nothing', async () => {
    const admin = await createAdminWithSystem();
    await unmoved(admin, async () => {
      const dry = await admin.put(DRY, body);
      expect([dry.status, dry.headers.get('dry-run'), dry.headers.get('etag')]).toEqual([201, 'true', null]);
      expect((await admin.get(path)).status).toBe(404);
      expect((await admin.put(DRY, body, { headers: { 'If-None-Match': '*' } })).json).toEqual(dry.json);
    });
    const dry = await admin.put(DRY, body);
    const real = await admin.put(path, body);
    expect([dry.json, real.headers.get('dry-run')]).toEqual([real.json, null]);
  });

  test('answers a change by PUT and PATCH as it would be answered, under the tag that is there', async () => {
    const admin = await createAdminWithSystem();
    const tag = (await admin.put(path, body)).headers.get('etag') ?? '';
    admin.clock.advance(60_000);
    const answers: unknown[] = [];
    await unmoved(admin, async () => {
      for (const dry of [await admin.replace(DRY, changed), await admin.patch(DRY, changed)]) {
        expect([dry.status, dry.headers.get('dry-run'), dry.headers.get('etag')]).toEqual([200, 'true', tag]);
        answers.push(dry.json);
      }
      const unchanged = await admin.replace(DRY, body);
      expect([unchanged.status, unchanged.headers.get('etag')]).toEqual([200, tag]);
    });
    const { json } = await admin.replace(path, changed, { headers: { 'If-Match': tag } });
    expect(answers).toEqual([json, json]);
  });

  test('answers a deletion as it would be answered, and deletes nothing', async () => {
    const admin = await createAdminWithSystem();
    await admin.put(path, body);
    await unmoved(admin, async () => {
      const dry = await admin.delete(DRY, { headers: { 'If-Match': '*' } });
      expect([dry.status, dry.text, dry.headers.get('dry-run')]).toEqual([204, '', 'true']);
    });
    expect((await admin.get(path)).status).toBe(200);
  });

  test('A47: judges preconditions, bodies and existence as the change itself does', async () => {
    const admin = await createAdminWithSystem();
    expect((await admin.patch(DRY, {})).status).toBe(404);
    expect((await admin.delete(DRY, { headers: { 'If-Match': '*' } })).status).toBe(404);
    expect((await admin.replace(DRY, body)).status).toBe(412);
    await admin.put(path, body);
    expect((await admin.put(DRY, changed)).status).toBe(428);
    expect((await admin.delete(DRY)).status).toBe(428);
    const stale = { headers: { 'If-Match': '"1-a"' } };
    expect((await admin.put(DRY, changed, stale)).status).toBe(412);
    expect((await admin.patch(DRY, changed, stale)).status).toBe(412);
    expect((await admin.delete(DRY, stale)).status).toBe(412);
    expect((await admin.replace(DRY, { ...body, surprise: 1 })).status).toBe(400);
  });

  test('is true or false, once, and no parameter of a read', async () => {
    const admin = await createAdminWithSystem();
    for (const query of ['dryRun=', 'dryRun=1', 'dryRun=TRUE', 'dryrun=true', 'dryRun=true&dryRun=false']) {
      for (const method of ['PUT', 'PATCH', 'DELETE', 'GET']) {
        const sent = method === 'PUT' ? { body } : {};
        expect([method, query, (await admin.call(method, `${path}?${query}`, sent)).status]).toEqual([
          method,
          query,
          400,
        ]);
      }
    }
    expect((await admin.get(DRY)).status).toBe(400);
    const real = await admin.put(`${path}?dryRun=false`, body);
    expect([real.status, real.headers.get('dry-run')]).toEqual([201, null]);
  });
});

test('A61: a dry run finds conflicts with the rest of the configuration', async () => {
  const admin = await createAdminWithSystem();
  await admin.put('/identity-systems/myidsystem/targets/a', TARGET);
  const taken = await admin.put('/identity-systems/myidsystem/targets/b?dryRun=true', TARGET);
  expect([taken.status, pointersOf(taken)]).toEqual([409, ['/audiences/0']]);
  const owned = await admin.delete('/identity-systems/myidsystem?dryRun=true', {
    headers: { 'If-Match': '*' },
  });
  expect(owned.status).toBe(409);
});

test('A50: a dry run of a credential writes none, and is refused where none could be written', async () => {
  const admin = createTestAdmin();
  expect((await admin.put('/clusters/prod?dryRun=true', CLUSTER)).status).toBe(201);
  expect(await admin.stores.readClusterCredential('prod')).toBeNull();
  const without = createTestAdmin({ sealClusterCredential: async () => null });
  expect((await without.put('/clusters/prod?dryRun=true', CLUSTER)).status).toBe(503);
});
