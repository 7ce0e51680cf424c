import { describe, expect, test } from 'vitest';
import {
  CLUSTER,
  createAdminWithSystem,
  createTestAdmin,
  pointersOf,
  SYSTEM,
  TARGET,
  TEAM_TOKEN,
  type TestAdmin,
} from '../test-support.ts';

const VAULT = 'https://vault.company.com';
const MINE = '/identity-systems/myidsystem/targets';
const OTHERS = '/identity-systems/other/targets';
const force = { headers: { 'If-Match': '*' } };

const namesOf = async (admin: TestAdmin, query = '') =>
  (await admin.get(`/tombstones${query}`)).json.items.map(({ kind, name }) => `${String(kind)} ${name}`);

describe('A63: a deleted identity system', () => {
  const PATH = '/identity-systems/myidsystem';

  test('is made again by nobody, in no form, by no method, until a global owner has released its name', async () => {
    const admin = await createAdminWithSystem();
    await admin.delete(PATH, force);
    const other = { subject: '{cluster}.{namespace}.{serviceAccount}' };
    for (const body of [SYSTEM, other, { ...SYSTEM, identityDomain: 'staging' }]) {
      for (const options of [{}, { token: TEAM_TOKEN }, { headers: { 'If-None-Match': '*' } }]) {
        expect((await admin.put(PATH, body, options)).status).toBeOneOf(
          'token' in options ? [403, 409] : [409],
        );
      }
      expect((await admin.put(`${PATH}?dryRun=true`, body)).status).toBe(409);
    }
    expect((await admin.patch(PATH, SYSTEM)).status).toBe(404);
    expect((await admin.put(`${MINE}/vault`, TARGET)).status).toBe(404);
    const refused = await admin.put(PATH, SYSTEM);
    expect(refused.json.errors).toEqual([
      {
        pointer: '',
        detail: expect.stringMatching(/a global owner releases it by POST .*tombstones:release/),
      },
    ]);

    expect((await admin.release('IdentitySystem', 'myidsystem')).status).toBe(204);
    expect((await admin.put(PATH, SYSTEM)).status).toBe(201);
  });

  test('leaves what its targets were asked for by to itself', async () => {
    const admin = await createAdminWithSystem();
    await admin.put('/identity-systems/other', SYSTEM);
    await admin.put(`${MINE}/vault`, TARGET);
    await admin.delete(`${MINE}/vault`, force);
    await admin.delete(PATH, force);
    expect((await admin.put(`${OTHERS}/vault`, TARGET)).status).toBe(409);
    expect(await namesOf(admin)).toEqual([`Audience ${VAULT}`, 'IdentitySystem myidsystem']);
  });
});

describe('A63: an audience that a target no longer claims', () => {
  async function withOther() {
    const admin = await createAdminWithSystem();
    await admin.put('/identity-systems/other', SYSTEM);
    await admin.put(`${MINE}/vault`, { audiences: [VAULT, 'b'] });
    return admin;
  }

  test.each<[string, (admin: TestAdmin) => Promise<unknown>]>([
    ['deleted', (admin) => admin.delete(`${MINE}/vault`, force)],
    ['dropped by PUT', (admin) => admin.replace(`${MINE}/vault`, { audiences: ['b'] })],
    ['dropped by PATCH', (admin) => admin.patch(`${MINE}/vault`, { audiences: ['b'] })],
  ])('%s: is claimed again by its system alone, and then the tombstone goes', async (_, giveUp) => {
    const admin = await withOther();
    await giveUp(admin);
    expect(await namesOf(admin, '?kind=Audience')).toContain(`Audience ${VAULT}`);

    const taken = await admin.put(`${OTHERS}/vault`, TARGET);
    expect([taken.status, pointersOf(taken)]).toEqual([409, ['/audiences/0']]);
    expect(taken.text).not.toMatch(/myidsystem|tombstone|deleted/);
    expect((await admin.put('/clusters/eu1', { ...CLUSTER, audiences: [VAULT] })).status).toBe(409);

    expect((await admin.put(`${MINE}/again`, TARGET)).status).toBe(201);
    expect(await namesOf(admin, '?kind=Audience')).not.toContain(`Audience ${VAULT}`);
    expect((await admin.put(`${OTHERS}/vault`, TARGET)).status).toBe(409);
  });

  test('cannot be told apart from one that is claimed', async () => {
    const admin = await withOther();
    const claimed = await admin.put(`${OTHERS}/vault`, TARGET);
    await admin.delete(`${MINE}/vault`, force);
    const tombstoned = await admin.put(`${OTHERS}/vault`, TARGET);
    expect(tombstoned.json).toEqual({ ...claimed.json, requestId: tombstoned.json.requestId });
  });

  test('is free once it is released', async () => {
    const admin = await withOther();
    await admin.delete(`${MINE}/vault`, force);
    await admin.release('Audience', VAULT);
    expect((await admin.put(`${OTHERS}/vault`, TARGET)).status).toBe(201);
  });

  test('leaves nothing where the change did not happen', async () => {
    const admin = await withOther();
    expect((await admin.put(`${MINE}/vault`, TARGET)).status).toBe(428);
    await admin.delete(`${MINE}/vault?dryRun=true`, force);
    await admin.replace(`${MINE}/vault?dryRun=true`, TARGET);
    await admin.replace(`${MINE}/vault`, { audiences: ['b', 'b'] });
    expect(await namesOf(admin)).toEqual([]);
  });
});

describe('A63: a deleted cluster', () => {
  const OWN = { ...CLUSTER, identityDomain: 'europe', audiences: ['https://for-the-broker'] };

  async function withDeleted(body: object = OWN) {
    const admin = await createAdminWithSystem();
    await admin.put('/clusters/eu1', body);
    expect((await admin.delete('/clusters/eu1', force)).status).toBe(204);
    return admin;
  }

  test('is made again by nobody until it is released', async () => {
    const admin = await withDeleted();
    for (const token of [undefined, TEAM_TOKEN]) {
      const options = token === undefined ? {} : { token };
      expect((await admin.put('/clusters/eu1', CLUSTER, options)).status).toBe(409);
    }
    await admin.release('Cluster', 'eu1');
    expect((await admin.put('/clusters/eu1', CLUSTER)).status).toBe(201);
  });

  test('A02: keeps its identity domain taken: only a global owner puts another cluster into it', async () => {
    const admin = await withDeleted();
    const another = { ...CLUSTER, identityDomain: 'europe' };
    const team = { token: TEAM_TOKEN };
    const refused = await admin.put('/clusters/eu2', another, team);
    expect([refused.status, pointersOf(refused)]).toEqual([409, ['/identityDomain']]);
    // A cluster that is named like the domain would enter it by its name.
    expect((await admin.put('/clusters/europe', CLUSTER, team)).status).toBe(409);
    expect((await admin.put('/clusters/eu2', another)).status).toBe(201);
  });

  test('A02: keeps its own name taken as a domain, given or defaulted', async () => {
    const admin = await withDeleted(CLUSTER);
    const another = { ...CLUSTER, identityDomain: 'eu1' };
    expect((await admin.put('/clusters/eu2', another, { token: TEAM_TOKEN })).status).toBe(409);
    await admin.release('Cluster', 'eu1');
    expect((await admin.put('/clusters/eu2', another, { token: TEAM_TOKEN })).status).toBe(201);
  });

  test('A61: keeps its audiences from targets, asked for or issued, and leaves them to clusters', async () => {
    const admin = await withDeleted();
    const [audience] = OWN.audiences;
    expect((await admin.put(`${MINE}/a`, { audiences: [audience] })).status).toBe(409);
    expect((await admin.put(`${MINE}/a`, { audiences: ['a'], issuedAudience: audience })).status).toBe(409);
    expect((await admin.put('/clusters/eu2', { ...CLUSTER, audiences: [audience] })).status).toBe(201);
    expect(await namesOf(admin, '?kind=Audience')).toEqual([]);
  });

  test('leaves no tombstone of an audience that another cluster still has, nor of our issuer', async () => {
    const admin = await createAdminWithSystem();
    await admin.put('/clusters/eu1', OWN);
    await admin.put('/clusters/eu2', { ...OWN, identityDomain: 'two' });
    await admin.delete('/clusters/eu1', force);
    await admin.replace('/clusters/eu2', { ...CLUSTER, identityDomain: 'two' });
    expect(await namesOf(admin)).toEqual(['Audience https://for-the-broker', 'Cluster eu1']);
    await admin.delete('/clusters/eu2', force);
    expect(await namesOf(admin)).toEqual(['Audience https://for-the-broker', 'Cluster eu1', 'Cluster eu2']);
  });
});

describe('the list of tombstones', () => {
  async function withSome() {
    const admin = createTestAdmin();
    for (const name of ['b', 'a', 'c']) {
      await admin.put(`/identity-systems/${name}`, SYSTEM);
      await admin.put(`/identity-systems/${name}/targets/t`, { audiences: [`urn:${name}`] });
      await admin.delete(`/identity-systems/${name}/targets/t`, force);
      await admin.delete(`/identity-systems/${name}`, force);
    }
    return admin;
  }
  const ALL = ['Audience urn:a', 'Audience urn:b', 'Audience urn:c'].concat(
    ['a', 'b', 'c'].map((name) => `IdentitySystem ${name}`),
  );

  test('says what was given up, by whom and when, in pages', async () => {
    const admin = await withSome();
    expect(await namesOf(admin)).toEqual(ALL);
    expect(await namesOf(admin, '?kind=IdentitySystem&limit=2')).toEqual(ALL.slice(3, 5));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<TestAdmin['get']>> = await admin.get(
        `/tombstones?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.json.items.map(({ kind, name }) => `${String(kind)} ${name}`));
      cursor = page.json.nextCursor;
    }
    expect(seen).toEqual(ALL);
    expect((await admin.get('/tombstones?kind=Audience&limit=1')).json.items).toEqual([
      {
        kind: 'Audience',
        name: 'urn:a',
        identitySystem: 'a',
        identityDomain: null,
        deletedAt: '2027-01-15T08:00:00.000Z',
        deletedBy: 'bootstrap',
        epoch: { number: 7, id: expect.any(String) },
      },
    ]);
  });

  test('refuses filters and cursors that are not its own', async () => {
    const admin = await withSome();
    const { nextCursor } = (await admin.get('/tombstones?limit=1')).json;
    const forged = (text: string) => Buffer.from(text).toString('base64url');
    for (const query of [
      'kind=Target',
      'kind=audience',
      'kind=',
      `kind=Audience&cursor=${nextCursor}`,
      `cursor=${nextCursor}x`,
      `cursor=${forged('Tombstone \nAudience a\u0000b')}`,
      `cursor=${forged('Tombstone \nAudience')}`,
      `cursor=${forged('Tombstone \nTarget a')}`,
      `cursor=${forged('Tombstone \nAudience a b')}`,
      'limit=0',
      'labelSelector=a=b',
    ]) {
      expect([query, (await admin.get(`/tombstones?${query}`)).status]).toEqual([query, 400]);
    }
  });

  test("holds every team's names, so that only a global owner reads it", async () => {
    const admin = await withSome();
    const refused = await admin.get('/tombstones', { token: TEAM_TOKEN });
    expect(refused.status).toBe(403);
    expect(refused.text).not.toMatch(/urn:[abc]\b/);
    expect((await admin.get('/tombstones', { token: null })).status).toBe(401);
  });
});

describe('a release', () => {
  test("is a global owner's", async () => {
    const admin = await createAdminWithSystem();
    await admin.delete('/identity-systems/myidsystem', force);
    const tried = await admin.release('IdentitySystem', 'myidsystem', { token: TEAM_TOKEN });
    expect(tried.status).toBe(403);
    expect((await admin.release('IdentitySystem', 'myidsystem', { token: null })).status).toBe(401);
    expect(await namesOf(admin)).toEqual(['IdentitySystem myidsystem']);
  });

  test('is 404 where nothing is tombstoned, of another kind too, and 404 the second time', async () => {
    const admin = await createAdminWithSystem();
    expect((await admin.release('IdentitySystem', 'myidsystem')).status).toBe(404);
    await admin.delete('/identity-systems/myidsystem', force);
    expect((await admin.release('Cluster', 'myidsystem')).status).toBe(404);
    expect((await admin.release('IdentitySystem', 'MYIDSYSTEM')).status).toBe(404);
    expect((await admin.release('IdentitySystem', 'myidsystem')).status).toBe(204);
    expect((await admin.release('IdentitySystem', 'myidsystem')).status).toBe(404);
  });

  test('A51: is audited with what it took away, and changes no policy', async () => {
    const admin = await createAdminWithSystem();
    await admin.put(`${MINE}/vault`, TARGET);
    await admin.delete(`${MINE}/vault`, force);
    const before = [admin.policyChanges(), (await admin.stores.readSnapshot()).epoch];
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const released = await admin.release('Audience', VAULT, { headers: { traceparent } });
    expect((await admin.auditEvents()).at(-1)).toMatchObject({
      kind: 'change',
      operation: 'release',
      principal: 'bootstrap',
      requestId: released.headers.get('x-request-id'),
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      object: { kind: 'Audience', identitySystem: 'myidsystem', name: VAULT },
      before: { kind: 'Audience', name: VAULT, identitySystem: 'myidsystem', deletedBy: 'bootstrap' },
      after: null,
    });
    expect([admin.policyChanges(), (await admin.stores.readSnapshot()).epoch]).toEqual(before);
  });

  test('A51: that cannot be audited releases nothing', async () => {
    const admin = await createAdminWithSystem();
    await admin.delete('/identity-systems/myidsystem', force);
    const failing = createTestAdmin({
      ...admin.stores,
      change: (work) =>
        admin.stores.change((transaction) =>
          work({
            ...transaction,
            recordChange: async () => {
              throw new Error('no trail');
            },
          }),
        ),
    });
    expect((await failing.release('IdentitySystem', 'myidsystem')).status).toBe(500);
    expect(await namesOf(admin)).toEqual(['IdentitySystem myidsystem']);
  });

  test.each([
    [{}, ['/kind', '/name']],
    [{ kind: 'Target', name: 'a' }, ['/kind']],
    [{ kind: 'Cluster', name: '' }, ['/name']],
    [{ kind: 'Cluster', name: 'a\u0000b' }, ['/name']],
    [{ kind: 'Cluster', name: 'a'.repeat(256) }, ['/name']],
    [{ kind: 'Cluster', name: 'a', force: true }, ['/force']],
  ])('refuses %j', async (body, pointers) => {
    const refused = await createTestAdmin().post('/tombstones:release', body);
    expect([refused.status, pointersOf(refused).toSorted()]).toEqual([400, pointers]);
  });

  test('A46: is at one path and takes one method', async () => {
    const admin = createTestAdmin();
    for (const path of [
      '/tombstones/release',
      '/tombstonesXrelease',
      '/tombstones:Release',
      '/tombstones:',
    ]) {
      expect([path, (await admin.post(path, { kind: 'Cluster', name: 'a' })).status]).toEqual([path, 404]);
    }
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      expect((await admin.call(method, '/tombstones:release')).status).toBe(405);
    }
    expect((await admin.post('/tombstones:release?dryRun=true', { kind: 'Cluster', name: 'a' })).status).toBe(
      400,
    );
  });
});
