import { compilePolicy } from '@symbolon/core';
import { createCertificateAuthority, createSigningKey } from '@symbolon/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  CLUSTER,
  createAdminWithSystem,
  createTestAdmin,
  ISSUER,
  pointersOf,
  TARGET,
  TEAM_TOKEN,
} from '../test-support.ts';

const PATH = '/clusters/prod';
const URL = 'https://prod.company.com:6443';
const TEAM = { token: TEAM_TOKEN };

let caPem = '';
beforeAll(async () => {
  caPem = (await createCertificateAuthority('one')).certPem;
});

test('defaults are filled in and shown; what follows from something else stays left out', async () => {
  const { json } = await createTestAdmin().put(PATH, CLUSTER);
  expect(json).toMatchObject({
    displayName: '',
    allowSharedAudience: false,
    allowedAlgorithms: ['RS256', 'ES256'],
    reviewCacheSeconds: 10,
    watchStaleSeconds: 75,
    lockOutOn: 'deletion',
    maxTokenLifetimeSeconds: 86_400,
    clockSkewSeconds: 30,
    enabled: true,
  });
  for (const field of ['identityDomain', 'audiences']) expect(json).not.toHaveProperty(field);
});

describe('A02: an identity domain that is taken', () => {
  test.each([
    ['the name of another cluster', '/clusters/other', { identityDomain: 'prod' }],
    ['the domain of another cluster, as a name', '/clusters/shared', {}],
    ['the domain of another cluster', '/clusters/other', { identityDomain: 'shared' }],
    ['a domain that a system names', '/clusters/other', { identityDomain: 'named' }],
    ['a domain that a system names, as a name', '/clusters/named', {}],
  ])('%s is closed to all but a global owner, and the answer names nobody', async (_, path, more) => {
    const admin = createTestAdmin();
    await admin.put('/identity-systems/secret-system', { identityDomain: 'named' });
    await admin.put(PATH, CLUSTER);
    await admin.put('/clusters/secret-cluster', { ...CLUSTER, identityDomain: 'shared' });
    const refused = await admin.put(path, { ...CLUSTER, ...more }, TEAM);
    expect(refused.status).toBe(409);
    expect(refused.text).not.toMatch(/secret|"prod"|bootstrap/);
    expect((await admin.get(path)).status).toBe(404);
    expect((await admin.put(path, { ...CLUSTER, ...more })).status).toBe(201);
  });

  test('a cluster cannot be moved into it later either, but stays where it was put', async () => {
    const admin = createTestAdmin();
    await admin.put(PATH, CLUSTER);
    await admin.put('/clusters/other', CLUSTER, TEAM);
    const moved = await admin.replace('/clusters/other', { ...CLUSTER, identityDomain: 'prod' }, TEAM);
    expect([moved.status, pointersOf(moved)]).toEqual([409, ['/identityDomain']]);
    await admin.replace('/clusters/other', { ...CLUSTER, identityDomain: 'prod' });
    const kept = { ...CLUSTER, identityDomain: 'prod', clockSkewSeconds: 5 };
    expect((await admin.replace('/clusters/other', kept, TEAM)).status).toBe(200);
    expect((await admin.replace('/clusters/other', CLUSTER, TEAM)).status).toBe(200);
  });
});

describe('A61: audiences of a cluster', () => {
  test('that a target is asked for by are refused without a word of which', async () => {
    const admin = await createAdminWithSystem();
    await admin.put('/identity-systems/myidsystem/targets/secret-target', TARGET);
    const refused = await admin.put(PATH, { ...CLUSTER, audiences: ['a', ...TARGET.audiences] });
    expect([refused.status, pointersOf(refused)]).toEqual([409, ['/audiences/1']]);
    expect(refused.text).not.toMatch(/myidsystem|secret-target/);
  });

  test('that a target issues are refused, when it is made and later: the target would be out of force', async () => {
    const admin = await createAdminWithSystem();
    const target = { ...TARGET, issuedAudience: 'sts.cloud.com' };
    await admin.put('/identity-systems/myidsystem/targets/secret-target', target);
    const audiences = ['a', 'sts.cloud.com'];
    const made = await admin.put('/clusters/theirs', { ...CLUSTER, audiences }, TEAM);
    await admin.put('/clusters/theirs', CLUSTER, TEAM);
    const changed = await admin.patch('/clusters/theirs', { audiences }, TEAM);
    for (const refused of [made, changed]) {
      expect([refused.status, pointersOf(refused)]).toEqual([409, ['/audiences/1']]);
      expect(refused.text).not.toMatch(/myidsystem|secret-target/);
    }
    const policy = compilePolicy(await admin.stores.readSnapshot(), { issuer: ISSUER });
    expect(policy.faults).toEqual([]);
  });

  test.each([
    [
      'given ones',
      { audiences: ['a', 'kube'], apiServer: { url: URL, audiences: ['kube'] } },
      '/audiences/1',
    ],
    ['its issuer', { audiences: CLUSTER.issuers }, '/audiences/0'],
    ['the name of kubernetes.default', { audiences: ['https://kubernetes.default.svc'] }, '/audiences/0'],
    ["the broker's issuer, left out", { apiServer: { url: URL, audiences: [ISSUER] } }, '/audiences'],
  ])('never open its API server: %s', async (_, more, pointer) => {
    const refused = await createTestAdmin().put(PATH, { ...CLUSTER, ...more });
    expect([refused.status, pointersOf(refused)]).toEqual([400, [pointer]]);
  });
});

test("A15: the broker's own issuer is no cluster's", async () => {
  const issuers = [...CLUSTER.issuers, ISSUER, `${ISSUER}/`];
  const refused = await createTestAdmin().put(PATH, { ...CLUSTER, issuers, audiences: ['a'] });
  expect([refused.status, pointersOf(refused)]).toEqual([400, ['/issuers/1', '/issuers/2']]);
});

describe('certificates and keys', () => {
  const inline = (...keys: object[]) => ({
    ...CLUSTER,
    validation: { mode: 'offline', jwks: { source: 'inline', keys } },
  });

  test('a bundle that only looks like certificates is refused, wherever it stands', async () => {
    const caBundle = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const refused = await createTestAdmin().put(PATH, {
      ...CLUSTER,
      apiServer: { url: URL, caBundle: caPem + caBundle },
      validation: {
        mode: 'offline',
        jwks: { source: 'uri', uri: 'https://kubernetes.default.svc.cluster.local/keys', caBundle },
      },
    });
    expect(pointersOf(refused)).toEqual(['/validation/jwks/caBundle', '/apiServer/caBundle']);
  });

  test('keys of every kind that a cluster may sign with are taken', async () => {
    const keys = (['RS256', 'ES256', 'ES384', 'EdDSA'] as const).map(
      (alg) => createSigningKey(alg).publicJwk,
    );
    expect((await createTestAdmin().put(PATH, inline(...keys))).status).toBe(201);
  });

  test('a point that is not on its curve is no key', async () => {
    const { publicJwk } = createSigningKey('ES256');
    const key = { ...publicJwk, x: publicJwk.y, y: publicJwk.x };
    const refused = await createTestAdmin().put(PATH, inline(key));
    expect([refused.status, pointersOf(refused)]).toEqual([400, ['/validation/jwks/keys/0']]);
  });
});
