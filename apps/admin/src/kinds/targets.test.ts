import { describe, expect, test } from 'vitest';
import {
  CLUSTER,
  createAdminWithSystem,
  ISSUER,
  pointersOf,
  TARGET,
  type TestAdmin,
} from '../test-support.ts';

const TARGETS = '/identity-systems/myidsystem/targets';
const OTHERS = '/identity-systems/other/targets';

async function createTwoSystems(): Promise<TestAdmin> {
  const admin = await createAdminWithSystem();
  await admin.put('/identity-systems/other', {
    identityDomain: 'prod',
    audiencePatterns: ['other-*', 'https://*', 'HTTPS://*'],
  });
  return admin;
}

test('defaults are filled in and shown', async () => {
  const admin = await createAdminWithSystem();
  const { json } = await admin.put(`${TARGETS}/vault`, TARGET);
  expect(json).toMatchObject({
    identitySystem: 'myidsystem',
    tokenTypes: ['access_token'],
    signingAlgorithm: 'ES256',
    defaultTtlSeconds: 600,
    minTtlSeconds: 60,
    maxTtlSeconds: 3600,
    mayOutliveSource: false,
    maxSubjectBytes: 255,
    scopes: [],
    claims: { include: [] },
    enabled: true,
  });
});

describe('A61: the audience of a target', () => {
  test("that another team's target claims is refused without a word of whose it is", async () => {
    const admin = await createTwoSystems();
    await admin.put(`${TARGETS}/secret-project`, { audiences: ['https://vault.company.com', 'b'] });
    const refused = await admin.put(`${OTHERS}/mine`, {
      audiences: ['other-a', 'https://vault.company.com'],
    });
    expect([refused.status, pointersOf(refused)]).toEqual([409, ['/audiences/1']]);
    expect(refused.text).not.toMatch(/myidsystem|secret-project/);
    const sameSystem = await admin.put(`${TARGETS}/second`, { audiences: ['b'] });
    expect([sameSystem.status, sameSystem.text.includes('secret-project')]).toEqual([409, false]);
  });

  test('goes to one of two teams that ask for it at the same moment', async () => {
    const admin = await createTwoSystems();
    const both = await Promise.all([
      admin.put(`${TARGETS}/vault`, TARGET),
      admin.put(`${OTHERS}/vault`, TARGET),
    ]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([201, 409]));
  });

  test('is kept when the target is written again, and free when it is deleted and released', async () => {
    const admin = await createTwoSystems();
    await admin.put(`${TARGETS}/vault`, TARGET);
    expect((await admin.replace(`${TARGETS}/vault`, { ...TARGET, enabled: false })).status).toBe(200);
    await admin.delete(`${TARGETS}/vault`, { headers: { 'If-Match': '*' } });
    await admin.release('Audience', 'https://vault.company.com');
    expect((await admin.put(`${OTHERS}/vault`, TARGET)).status).toBe(201);
  });

  test.each([
    ['the issuer', ISSUER],
    ['the issuer with a slash', `${ISSUER}/`],
    ['the token endpoint', `${ISSUER}/token`],
    ['an endpoint of ours in other case', `${ISSUER.toUpperCase()}/Introspect`],
    ['an endpoint that is not built yet', `${ISSUER}/anything?x`],
    ['an audience of a cluster', 'https://for-the-broker'],
    ['the same of a cluster that is disabled', 'https://for-the-disabled'],
  ])('is refused as taken where it is %s, and the answers cannot be told apart', async (_, audience) => {
    const admin = await createTwoSystems();
    await admin.put('/clusters/prod', { ...CLUSTER, audiences: ['https://for-the-broker'] });
    await admin.put('/clusters/off', { ...CLUSTER, audiences: ['https://for-the-disabled'], enabled: false });
    await admin.put(`${TARGETS}/vault`, TARGET);
    const taken = await admin.put(`${OTHERS}/mine`, TARGET);
    const reserved = await admin.put(`${OTHERS}/mine`, { audiences: [audience] });
    const asIssued = await admin.put(`${OTHERS}/mine`, { audiences: ['other-a'], issuedAudience: audience });
    expect(reserved.json).toEqual({ ...taken.json, requestId: reserved.json.requestId });
    expect([asIssued.status, pointersOf(asIssued)]).toEqual([409, ['/issuedAudience']]);
  });

  test("that only begins like the issuer is somebody else's, and allowed", async () => {
    const admin = await createTwoSystems();
    const audiences = [`${ISSUER}.evil.com`, `${ISSUER}:8443`, 'https://broker.company.co'];
    expect((await admin.put(`${TARGETS}/vault`, { audiences })).status).toBe(201);
  });

  test('is within the patterns of its system, and nothing outside of them is looked up', async () => {
    const admin = await createTwoSystems();
    await admin.put(`${TARGETS}/vault`, { audiences: ['vault'] });
    const tried = ['vault', 'nobody-has-this', 'other-'];
    const refused = await admin.put(`${OTHERS}/mine`, { audiences: tried, issuedAudience: 'elsewhere' });
    expect([refused.status, pointersOf(refused)]).toEqual([
      409,
      ['/audiences/0', '/audiences/1', '/audiences/2', '/issuedAudience'],
    ]);
    expect(new Set(refused.json.errors?.map(({ detail }) => detail)).size).toBe(1);
    expect((await admin.put(`${OTHERS}/mine`, { audiences: ['other-a'] })).status).toBe(201);
  });

  test('may be issued by several systems, as clouds have it', async () => {
    const admin = await createTwoSystems();
    const issuedAudience = 'https://sts.cloud.com';
    expect((await admin.put(`${TARGETS}/cloud`, { audiences: ['a'], issuedAudience })).status).toBe(201);
    expect((await admin.put(`${OTHERS}/cloud`, { audiences: ['other-a'], issuedAudience })).status).toBe(201);
  });
});

test('L4: audiences that differ in case, in a space or in composition are different, and odd ones are refused', async () => {
  const admin = await createAdminWithSystem();
  await admin.put(`${TARGETS}/a`, { audiences: ['Vault'] });
  expect((await admin.put(`${TARGETS}/b`, { audiences: ['vault'] })).status).toBe(201);
  expect((await admin.get(`${TARGETS}/a`)).json.audiences).toEqual(['Vault']);
  const odd = [
    ' vault',
    'vault ',
    'va\u00adult',
    'v\u0430ult',
    'e\u0301',
    '\u00e9',
    '\uff56ault',
    'a\tb',
    'a"b',
    'a\\b',
    'a*',
    '',
  ];
  const refused = await admin.put(`${TARGETS}/c`, { audiences: odd });
  expect(pointersOf(refused)).toEqual(odd.map((_, index) => `/audiences/${index}`));
});
