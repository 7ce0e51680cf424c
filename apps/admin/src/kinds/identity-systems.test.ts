import { describe, expect, test } from 'vitest';
import {
  createAdminWithSystem,
  createTestAdmin,
  pointersOf,
  RULE,
  SYSTEM,
  TEAM_TOKEN,
} from '../test-support.ts';

const PATH = '/identity-systems/myidsystem';

test('defaults are filled in and shown', async () => {
  const { json } = await createTestAdmin().put(PATH, { identityDomain: 'prod' });
  expect(json).toMatchObject({
    displayName: '',
    subject: '{namespace}.{serviceAccount}',
    identityDomain: 'prod',
    audiencePatterns: ['*'],
  });
});

test("A05: the name `symbolon` is nobody's: its subjects would read as the broker's own", async () => {
  const admin = createTestAdmin();
  const refused = await admin.put('/identity-systems/symbolon', SYSTEM);
  expect([refused.status, refused.json.detail]).toEqual([400, expect.stringContaining('reserved')]);
  expect((await admin.put('/identity-systems/symbolon/targets/a', { audiences: ['a'] })).status).toBe(400);
  expect((await admin.put('/identity-systems/symbolon/rules/a', RULE)).status).toBe(400);
});

describe('what fixes the subjects is fixed when the system is made', () => {
  test('the other form is refused, and so is another identity domain', async () => {
    const admin = await createAdminWithSystem();
    const form = await admin.replace(PATH, { subject: '{cluster}.{namespace}.{serviceAccount}' });
    expect([form.status, pointersOf(form)]).toEqual([409, ['/subject', '/identityDomain']]);
    const domain = await admin.replace(PATH, { identityDomain: 'staging' });
    expect([domain.status, pointersOf(domain)]).toEqual([409, ['/identityDomain']]);
    expect((await admin.get(PATH)).json).toMatchObject(SYSTEM);
  });
});

describe('audience patterns', () => {
  test('are set by a global owner alone, when the system is made and later', async () => {
    const admin = await createAdminWithSystem();
    const team = { token: TEAM_TOKEN };
    const made = await admin.put('/identity-systems/other', SYSTEM, team);
    expect([made.status, pointersOf(made)]).toEqual([403, ['/audiencePatterns']]);
    const widened = await admin.replace(PATH, { ...SYSTEM, audiencePatterns: ['a', 'b'] }, team);
    expect([widened.status, pointersOf(widened)]).toEqual([403, ['/audiencePatterns']]);
    expect((await admin.replace(PATH, { ...SYSTEM, displayName: 'Mine' }, team)).status).toBe(200);
    expect((await admin.replace(PATH, { ...SYSTEM, audiencePatterns: ['a', 'b'] })).status).toBe(200);
  });

  test("are not narrowed below what the system's targets have claimed", async () => {
    const admin = await createAdminWithSystem();
    await admin.put(`${PATH}/targets/vault`, { audiences: ['vault'] });
    await admin.put(`${PATH}/targets/cloud`, { audiences: ['cloud'], issuedAudience: 'sts.cloud.com' });
    const narrowed = await admin.replace(PATH, { ...SYSTEM, audiencePatterns: ['vault', 'cloud'] });
    expect(narrowed.status).toBe(409);
    expect(narrowed.json.errors).toEqual([
      { pointer: '/audiencePatterns', detail: 'leaves out audiences of the targets cloud' },
    ]);
    const patterns = ['vault', 'cloud', 'sts.*'];
    expect((await admin.replace(PATH, { ...SYSTEM, audiencePatterns: patterns })).status).toBe(200);
  });
});

test('a system that still owns something is not deleted, and says what it owns', async () => {
  const admin = await createAdminWithSystem();
  const force = { headers: { 'If-Match': '*' } };
  await admin.put(`${PATH}/targets/vault`, { audiences: ['vault'] });
  const rules = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'];
  for (const name of rules) await admin.put(`${PATH}/rules/${name}`, RULE);

  const refused = await admin.delete(PATH, force);
  expect(refused.status).toBe(409);
  expect(refused.json.errors?.[0]?.detail).toBe(
    'the identity system still owns 1 target (vault) and 11 rules (a, b, c, d, e, f, g, h, i, j, ...): delete them first',
  );
  for (const name of rules) await admin.delete(`${PATH}/rules/${name}`, force);
  await admin.delete(`${PATH}/targets/vault`, force);
  expect((await admin.delete(PATH, force)).status).toBe(204);
});
