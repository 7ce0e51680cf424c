import { describe, expect, test } from 'vitest';
import { CLUSTER, createAdminWithSystem, RULE, SYSTEM, TARGET, TEAM_TOKEN } from '../test-support.ts';

const force = { headers: { 'If-Match': '*' } };
const MINE = '/identity-systems/myidsystem';

describe('a target', () => {
  test('that rules of its system name is not deleted until they do not, and the answer lists them', async () => {
    const admin = await createAdminWithSystem();
    await admin.put(`${MINE}/targets/vault`, TARGET);
    await admin.put(`${MINE}/rules/a`, RULE);
    await admin.put(`${MINE}/rules/b`, { ...RULE, enabled: false });
    await admin.put(`${MINE}/rules/glob`, { ...RULE, targets: ['v*'] });
    for (const query of ['', '?dryRun=true']) {
      const refused = await admin.delete(`${MINE}/targets/vault${query}`, force);
      expect([refused.status, refused.json.errors]).toEqual([
        409,
        [{ pointer: '', detail: 'is named by 2 rules (a, b): change or delete them first' }],
      ]);
    }
    await admin.delete(`${MINE}/rules/a`, force);
    await admin.patch(`${MINE}/rules/b`, { targets: ['*'] });
    expect((await admin.delete(`${MINE}/targets/vault`, force)).status).toBe(204);
  });

  test('of another system that has its name is not in the way', async () => {
    const admin = await createAdminWithSystem();
    await admin.put('/identity-systems/other', SYSTEM);
    await admin.put('/identity-systems/other/rules/a', RULE);
    await admin.put(`${MINE}/targets/vault`, TARGET);
    expect((await admin.delete(`${MINE}/targets/vault`, force)).status).toBe(204);
  });
});

describe('a cluster', () => {
  async function withRules(count: number) {
    const admin = await createAdminWithSystem();
    await admin.put('/identity-systems/zeta', { subject: '{cluster}.{namespace}.{serviceAccount}' });
    await admin.put('/clusters/eu1', CLUSTER);
    const match = { ...RULE.match, clusters: ['other', 'eu1'] };
    for (let index = 0; index < count; index += 1) {
      await admin.put(`/identity-systems/zeta/rules/r${index}`, { ...RULE, match });
    }
    await admin.put(`${MINE}/rules/glob`, { ...RULE, match: { ...RULE.match, clusters: ['eu*', '*'] } });
    return admin;
  }

  test('that rules of any system name is not deleted: the first ten are listed, the rest counted', async () => {
    const admin = await withRules(12);
    const refused = await admin.delete('/clusters/eu1', force);
    const names = ['r0', 'r1', 'r10', 'r11', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7'].map(
      (name) => `zeta/${name}`,
    );
    expect([refused.status, refused.json.errors?.[0]?.detail]).toEqual([
      409,
      `is named by 12 rules (${names.join(', ')}, ...): change or delete them first`,
    ]);
    expect((await admin.get('/clusters/eu1')).status).toBe(200);
  });

  test("tells no names of other teams' objects to those who own nothing but their team", async () => {
    const admin = await withRules(1);
    const refused = await admin.delete('/clusters/eu1', { ...force, token: TEAM_TOKEN });
    expect([refused.status, refused.json.errors?.[0]?.detail]).toEqual([
      409,
      'is named by 1 rule: change or delete them first',
    ]);
    expect(refused.text).not.toMatch(/zeta|r0/);
  });

  test('that only patterns match is deleted', async () => {
    const admin = await withRules(0);
    expect((await admin.delete('/clusters/eu1', force)).status).toBe(204);
  });

  test('that is the last of an identity domain which systems name is not deleted', async () => {
    const admin = await createAdminWithSystem();
    await admin.put('/clusters/prod', CLUSTER);
    const refused = await admin.delete('/clusters/prod', force);
    expect([refused.status, refused.json.errors?.[0]?.detail]).toEqual([
      409,
      'is named by 1 identity system (myidsystem): change or delete them first',
    ]);
    await admin.put('/clusters/prod2', { ...CLUSTER, identityDomain: 'prod' });
    expect((await admin.delete('/clusters/prod', force)).status).toBe(204);
    expect((await admin.delete('/clusters/prod2', force)).status).toBe(409);
  });
});
