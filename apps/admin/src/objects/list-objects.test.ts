import { describe, expect, test } from 'vitest';
import { createAdminWithSystem, createTestAdmin, TARGET, type TestAdmin } from '../test-support.ts';

describe('lists', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];

  async function withTargets() {
    const admin = await createAdminWithSystem();
    for (const name of names.toReversed()) {
      await admin.put(`/identity-systems/myidsystem/targets/${name}`, { audiences: [name] });
    }
    return admin;
  }

  test('come in order of names, in pages of the size that was asked for', async () => {
    const admin = await withTargets();
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '?limit=2' : `?cursor=${cursor}&limit=2`;
      const { json } = await admin.get(`/identity-systems/myidsystem/targets${query}`);
      expect(json.items.length).toBeLessThanOrEqual(2);
      seen.push(...json.items.map(({ name }) => name));
      cursor = json.nextCursor;
    }
    expect(seen).toEqual(names);
    const whole = await admin.get('/identity-systems/myidsystem/targets?limit=5');
    expect(whole.json.nextCursor).toBeNull();
  });

  test('refuse a limit, cursor or parameter that they do not know', async () => {
    const admin = await withTargets();
    const list = (query: string) => admin.get(`/identity-systems/myidsystem/targets?${query}`);
    for (const query of [
      'limit=0',
      'limit=1001',
      'limit=1e2',
      'limit=',
      'limit=1&limit=2',
      'limit=01',
      'limit=-1',
      'limit=1.0',
      'limit=10000000000000000000000',
      'limit=%EF%BC%91',
      'cursor=Lg',
      'cursor=%00',
      'cursor=',
      `cursor=${'A'.repeat(5000)}`,
    ]) {
      expect([query, (await list(query)).status]).toEqual([query, 400]);
    }
    const unknown = await list('access_token=hunter2');
    expect(unknown.status).toBe(400);
    expect(unknown.text).not.toContain('hunter2');
    expect((await list('limit=1000')).status).toBe(200);
  });

  test('of an identity system that does not exist are 404, not empty', async () => {
    const admin = createTestAdmin();
    expect((await admin.get('/identity-systems/myidsystem/targets')).status).toBe(404);
    expect((await admin.get('/identity-systems/myidsystem/rules')).status).toBe(404);
    expect((await admin.put('/identity-systems/myidsystem/targets/vault', TARGET)).status).toBe(404);
    expect((await admin.get('/clusters')).json).toEqual({ items: [], nextCursor: null });
  });

  test('continue with their own cursor alone, as it was given', async () => {
    const admin = await withTargets();
    await admin.put('/identity-systems/other', { identityDomain: 'prod' });
    const { nextCursor } = (await admin.get('/identity-systems/myidsystem/targets?limit=1')).json;
    const cursor = nextCursor ?? '';
    expect((await admin.get(`/identity-systems/myidsystem/targets?cursor=${cursor}`)).status).toBe(200);
    for (const elsewhere of [
      `/identity-systems/myidsystem/rules?cursor=${cursor}`,
      `/identity-systems/other/targets?cursor=${cursor}`,
      `/clusters?cursor=${cursor}`,
      `/identity-systems/myidsystem/targets?labelSelector=a=b&cursor=${cursor}`,
      `/identity-systems/myidsystem/targets?cursor=${cursor}=`,
      `/identity-systems/myidsystem/targets?cursor=${cursor.slice(0, -2)}`,
      `/identity-systems/myidsystem/targets?cursor=${cursor.toLowerCase()}`,
      `/identity-systems/myidsystem/targets?cursor=${cursor}&cursor=${cursor}`,
    ]) {
      expect([elsewhere, (await admin.get(elsewhere)).status]).toEqual([elsewhere, 400]);
    }
  });

  test.each(['a\u0000b', 'A', '../x', "a' OR 1=1", '', 'a\nb', 'a'.repeat(64), '\u0430', '__proto__'])(
    'refuse a cursor that was made by hand to begin after %j',
    async (name) => {
      const admin = await withTargets();
      const cursor = Buffer.from(`Target myidsystem \n${name}`).toString('base64url');
      const refused = await admin.get(`/identity-systems/myidsystem/targets?cursor=${cursor}`);
      expect([refused.status, refused.json.detail]).toEqual([400, expect.stringContaining('nextCursor')]);
    },
  );

  test('hold the objects of one identity system alone', async () => {
    const admin = await withTargets();
    await admin.put('/identity-systems/other', { identityDomain: 'prod' });
    expect((await admin.get('/identity-systems/other/targets')).json.items).toEqual([]);
    expect((await admin.get('/identity-systems/other/targets/a')).status).toBe(404);
  });
});

describe('labelSelector', () => {
  const PATH = '/identity-systems/myidsystem/targets';
  const list = async (admin: TestAdmin, selector: string, more = '') => {
    const { status, json } = await admin.get(`${PATH}?labelSelector=${encodeURIComponent(selector)}${more}`);
    return status === 200 ? json.items.map(({ name }) => name) : status;
  };

  async function withLabels() {
    const admin = await createAdminWithSystem();
    const labelled = {
      a: { team: 'x', 'company.com/tier': '1' },
      b: { team: 'x', 'company.com/tier': '' },
      c: { team: 'y' },
      d: {},
    };
    for (const [name, labels] of Object.entries(labelled)) {
      await admin.put(`${PATH}/${name}`, { audiences: [name], labels });
    }
    return admin;
  }

  test('keeps what has every label with its whole value', async () => {
    const admin = await withLabels();
    expect(await list(admin, 'team=x')).toEqual(['a', 'b']);
    expect(await list(admin, 'team=x,company.com/tier=1')).toEqual(['a']);
    expect(await list(admin, 'company.com/tier=')).toEqual(['b']);
    for (const none of ['team=X', 'team=', 'Team=x', 'team=xy', 'tier=1', 'team=y,company.com/tier=1']) {
      expect([none, await list(admin, none)]).toEqual([none, []]);
    }
  });

  test('goes through the pages with its list, in whatever order its terms are given', async () => {
    const admin = await withLabels();
    const { json } = await admin.get(`${PATH}?labelSelector=team=x&limit=1`);
    expect(await list(admin, 'team=x', `&cursor=${json.nextCursor}`)).toEqual(['b']);
    expect(await list(admin, 'team=y', `&cursor=${json.nextCursor}`)).toBe(400);
    const two = await admin.get(`${PATH}?labelSelector=team=x,a=&limit=1`);
    expect(two.json.nextCursor).toBeNull();
  });

  test.each([
    '',
    ',',
    'a=b,',
    ',a=b',
    'a',
    '=b',
    'a==b',
    'a!=b',
    'a=b=c',
    'a in (b)',
    'a=b,a=c',
    'a=b,a=b',
    'a =b',
    'a= b',
    'a=b\u0000',
    'a=\u0431',
    'a=%',
    '__proto__=x',
    '*=x',
    'a=*',
    `a=${'b'.repeat(64)}`,
    `${'a'.repeat(64)}=b`,
    "a=' OR ''='",
    Array.from({ length: 11 }, (_, index) => `l${index}=v`).join(','),
  ])('%j is refused, and not repeated', async (selector) => {
    const admin = await withLabels();
    expect(await list(admin, selector)).toBe(400);
  });

  test('takes ten terms, and comes once', async () => {
    const admin = await withLabels();
    const ten = Array.from({ length: 10 }, (_, index) => `l${index}=v`).join(',');
    expect(await list(admin, ten)).toEqual([]);
    expect((await admin.get(`${PATH}?labelSelector=a=b&labelSelector=c=d`)).status).toBe(400);
  });
});
