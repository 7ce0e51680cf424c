import { describe, expect, test } from 'vitest';
import { createAdminWithSystem, createTestAdmin, TARGET } from '../test-support.ts';

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
      'cursor=Lg',
      'cursor=%00',
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

  test('hold the objects of one identity system alone', async () => {
    const admin = await withTargets();
    await admin.put('/identity-systems/other', { identityDomain: 'prod' });
    expect((await admin.get('/identity-systems/other/targets')).json.items).toEqual([]);
    expect((await admin.get('/identity-systems/other/targets/a')).status).toBe(404);
  });
});
