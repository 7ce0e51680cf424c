import { createCertificateAuthority } from '@symbolon/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { CLUSTER, createTestAdmin, pointersOf } from '../test-support.ts';

const PATH = '/clusters/prod';
const URL = 'https://prod.company.com:6443';

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
    await admin.release('Cluster', 'prod');
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
    ]) {
      const refused = await admin.put(PATH, inCluster(server));
      expect([refused.status, pointersOf(refused)]).toEqual([400, ['/apiServer/credential/kind']]);
    }
    expect((await admin.put(PATH, inCluster({ url: 'https://10.0.0.1', caBundle: caPem }))).status).toBe(201);
    expect((await admin.replace(PATH, inCluster({ url: 'https://10.0.0.1' }))).status).toBe(200);
  });

  test('is refused outside of a cluster', async () => {
    const refused = await createTestAdmin().put(
      PATH,
      inCluster({ url: 'https://10.0.0.1', caBundle: caPem }),
    );
    expect([refused.status, pointersOf(refused)]).toEqual([400, ['/apiServer/credential/kind']]);
  });
});
