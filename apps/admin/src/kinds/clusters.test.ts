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
let otherCaPem = '';
beforeAll(async () => {
  caPem = (await createCertificateAuthority('one')).certPem;
  otherCaPem = (await createCertificateAuthority('two')).certPem;
});

const withApiServer = (apiServer: object) => ({ ...CLUSTER, apiServer });
const withToken = (token?: string | null, server: object = {}) =>
  withApiServer({
    url: URL,
    ...server,
    credential: { kind: 'token', ...(token === undefined ? {} : { token }) },
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

describe('A50: the token of a cluster', () => {
  test('is sealed and kept apart; answers, lists and the audit trail show that it is set and its fingerprint', async () => {
    const admin = createTestAdmin();
    const written = await admin.put(PATH, withToken('reviewer-secret'));
    const shown = {
      kind: 'token',
      token: { set: true, fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) },
    };
    expect(written.json).toMatchObject({ apiServer: { credential: shown } });
    expect(await admin.stores.readClusterCredential('prod')).toMatch(/^sealed:/);
    const everything = JSON.stringify([
      written.json,
      (await admin.get(PATH)).json,
      (await admin.get('/clusters')).json,
      await admin.auditEvents(),
      await admin.stores.readSnapshot(),
      admin.logged,
    ]);
    expect(everything).not.toContain('reviewer-secret');
    expect(everything).not.toContain('sealed:');
  });

  test('stays when it is left out, changes when another is given, goes when it is null', async () => {
    const admin = createTestAdmin();
    const credential = () => admin.stores.readClusterCredential('prod');
    await admin.put(PATH, withToken('first'));
    const first = await credential();
    const kept = await admin.replace(PATH, { ...withToken(), clockSkewSeconds: 5 });
    expect(kept.json).toMatchObject({ apiServer: { credential: { token: { set: true } } } });
    expect(await credential()).toBe(first);

    await admin.replace(PATH, withToken('second'));
    const second = await credential();
    expect(second).not.toBe(first);
    const cleared = await admin.replace(PATH, withToken(null));
    expect(cleared.json).toMatchObject({
      apiServer: { credential: { token: { set: false, fingerprint: null } } },
    });
    expect(await credential()).toBeNull();
  });

  test('given again unchanged, changes nothing', async () => {
    const admin = createTestAdmin();
    const { headers } = await admin.put(PATH, withToken('same'));
    const again = await admin.replace(PATH, withToken('same'));
    expect(again.headers.get('etag')).toBe(headers.get('etag'));
  });

  test.each([
    ['another kind', withApiServer({ url: URL, credential: { kind: 'inCluster' } })],
    ['no credential', withApiServer({ url: URL })],
    [
      'no API server',
      {
        ...CLUSTER,
        apiServer: undefined,
        validation: {
          mode: 'offline',
          jwks: {
            source: 'uri',
            uri: 'https://keys.company.com/',
            allowedOrigins: ['https://keys.company.com'],
          },
        },
      },
    ],
  ])('is gone with a change to %s', async (_, body) => {
    const admin = createTestAdmin({ inCluster: { url: URL, caPem } });
    await admin.put(PATH, withToken('secret', { caBundle: caPem }));
    const server = 'apiServer' in body && body.apiServer ? { ...body.apiServer, caBundle: caPem } : undefined;
    expect((await admin.replace(PATH, { ...body, apiServer: server })).status).toBe(200);
    expect(await admin.stores.readClusterCredential('prod')).toBeNull();
    const back = await admin.replace(PATH, withToken(undefined, { caBundle: caPem }));
    expect(back.json).toMatchObject({ apiServer: { credential: { token: { set: false } } } });
  });

  test('is gone with its cluster: one made again under the name finds nothing', async () => {
    const admin = createTestAdmin();
    await admin.put(PATH, withToken('secret'));
    await admin.delete(PATH, { headers: { 'If-Match': '*' } });
    const again = await admin.put(PATH, withToken());
    expect(again.json).toMatchObject({ apiServer: { credential: { token: { set: false } } } });
    expect(await admin.stores.readClusterCredential('prod')).toBeNull();
  });

  test('cannot be written before a gateway has made the key that seals it: 503, saying so', async () => {
    const admin = createTestAdmin({ sealClusterCredential: async () => null });
    const refused = await admin.put(PATH, withToken('secret'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(refused.json.detail).toContain('no gateway has made the key yet');
    expect((await admin.put(PATH, withToken())).status).toBe(201);
  });
});

describe('A59: the token of a cluster does not follow', () => {
  test.each([
    ['a changed url', { url: 'https://evil.company.com' }],
    ['a changed port', { url: 'https://prod.company.com' }],
  ])('%s', async (_, server) => {
    const admin = createTestAdmin();
    await admin.put(PATH, withToken('secret'));
    const moved = await admin.replace(PATH, withToken(undefined, server));
    expect(moved.json).toMatchObject({
      apiServer: { credential: { token: { set: false, fingerprint: null } } },
    });
    expect(await admin.stores.readClusterCredential('prod')).toBeNull();
    const back = await admin.replace(PATH, withToken());
    expect(back.json).toMatchObject({ apiServer: { credential: { token: { set: false } } } });
  });

  test('a changed, added or removed CA', async () => {
    const admin = createTestAdmin();
    const isSet = async (body: object) => {
      await admin.replace(PATH, body);
      return (await admin.stores.readClusterCredential('prod')) !== null;
    };
    await admin.put(PATH, withToken('a', { caBundle: caPem }));
    expect(await isSet(withToken(undefined, { caBundle: otherCaPem }))).toBe(false);
    expect(await isSet(withToken('b', { caBundle: otherCaPem }))).toBe(true);
    expect(await isSet(withToken())).toBe(false);
    expect(await isSet(withToken('c'))).toBe(true);
    expect(await isSet(withToken(undefined, { caBundle: caPem }))).toBe(false);
  });

  test('but given again with the new url it is kept', async () => {
    const admin = createTestAdmin();
    await admin.put(PATH, withToken('secret'));
    const moved = await admin.replace(PATH, withToken('secret', { url: 'https://new.company.com' }));
    expect(moved.json).toMatchObject({ apiServer: { credential: { token: { set: true } } } });
    expect(await admin.stores.readClusterCredential('prod')).not.toBeNull();
  });
});

describe('A59: a credential file', () => {
  const fromFile = (path: string) => withApiServer({ url: URL, credential: { kind: 'tokenFile', path } });

  test('is refused where no folder is configured for it', async () => {
    const refused = await createTestAdmin().put(PATH, fromFile('/credentials/prod'));
    expect([refused.status, pointersOf(refused)]).toEqual([400, ['/apiServer/credential/kind']]);
  });

  test('must lie under that folder, which the process itself judges', async () => {
    const asked: string[] = [];
    const isCredentialPath = async (path: string) => {
      asked.push(path);
      return path === '/credentials/prod';
    };
    const admin = createTestAdmin({ isCredentialPath });
    const refused = await admin.put(PATH, fromFile('/etc/shadow'));
    expect([refused.status, pointersOf(refused)]).toEqual([400, ['/apiServer/credential/path']]);
    expect((await admin.put(PATH, fromFile('/credentials/prod'))).status).toBe(201);
    expect(asked).toEqual(['/etc/shadow', '/credentials/prod']);
  });
});

describe("A59: the credential of the broker's own pod", () => {
  const inCluster = (server: object) => withApiServer({ ...server, credential: { kind: 'inCluster' } });

  test('goes only to the API server and CA that the pod was given', async () => {
    const admin = createTestAdmin({ inCluster: { url: 'https://10.0.0.1:443', caPem: `\n${caPem}\n` } });
    for (const server of [
      { url: 'https://10.0.0.2', caBundle: caPem },
      { url: 'https://10.0.0.1:6443', caBundle: caPem },
      { url: 'https://10.0.0.1', caBundle: otherCaPem },
      { url: 'https://10.0.0.1', caBundle: caPem + otherCaPem },
      { url: 'https://10.0.0.1' },
    ]) {
      const refused = await admin.put(PATH, inCluster(server));
      expect([refused.status, pointersOf(refused)]).toEqual([400, ['/apiServer/credential/kind']]);
    }
    expect((await admin.put(PATH, inCluster({ url: 'https://10.0.0.1', caBundle: caPem }))).status).toBe(201);
  });

  test('is refused outside of a cluster', async () => {
    const refused = await createTestAdmin().put(
      PATH,
      inCluster({ url: 'https://10.0.0.1', caBundle: caPem }),
    );
    expect([refused.status, pointersOf(refused)]).toEqual([400, ['/apiServer/credential/kind']]);
  });
});

describe('certificates and keys', () => {
  const inline = (...keys: object[]) => ({
    ...CLUSTER,
    validation: { mode: 'offline', jwks: { source: 'inline', keys } },
  });

  test('a bundle that only looks like certificates is refused, wherever it stands', async () => {
    const caBundle = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const refused = await createTestAdmin().put(PATH, {
      ...withApiServer({ url: URL, caBundle: caPem + caBundle }),
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
