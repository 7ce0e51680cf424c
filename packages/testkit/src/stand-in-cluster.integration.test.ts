import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpsClient, type HttpsAnswer, type HttpsClient } from './https-client.ts';
import { type StandInCluster, startStandInCluster } from './stand-in-cluster.ts';

const JWKS = '/openid/v1/jwks';
const DISCOVERY = '/.well-known/openid-configuration';

let cluster: StandInCluster;
let https: HttpsClient;

beforeEach(async () => {
  cluster = await startStandInCluster({ alg: 'ES256' });
  https = createHttpsClient(cluster);
});

afterEach(async () => {
  https.close();
  await cluster.stop();
});

function read(path: string, headers: Record<string, string> = {}): Promise<HttpsAnswer> {
  return https.send({ path, headers: { Authorization: `Bearer ${cluster.readerToken()}`, ...headers } });
}

function keyIds(answer: HttpsAnswer): unknown[] {
  const { keys }: { keys: { kid?: string }[] } = JSON.parse(answer.text);
  return keys.map((key) => key.kid);
}

test('publishes discovery and the keys that sign its tokens', async () => {
  const discovery = JSON.parse((await read(DISCOVERY, { Accept: 'application/json' })).text);
  expect(discovery).toMatchObject({ issuer: cluster.issuer, jwks_uri: `${cluster.url}${JWKS}` });
  expect(keyIds(await read(JWKS))).toEqual([cluster.signingKey().kid]);

  const next = cluster.rotateKey();
  expect(keyIds(await read(JWKS))[0]).toBe(next.kid);
});

test('can be its own issuer, with a path', async () => {
  const own = await startStandInCluster({
    issuer: (url) => `${url}/clusters/a`,
    anonymousAccess: true,
    alg: 'ES256',
  });
  const client = createHttpsClient(own);
  const answer = await client.send({ path: `/clusters/a${DISCOVERY}` });

  expect(JSON.parse(answer.text).issuer).toBe(`${own.url}/clusters/a`);
  client.close();
  await own.stop();
});

test('is trusted through its own CA alone', async () => {
  const other = await startStandInCluster({ alg: 'ES256' });
  const stranger = createHttpsClient({ url: cluster.url, caPem: other.caPem });

  await expect(stranger.send({ path: JWKS })).rejects.toThrow(/certificate/);
  stranger.close();
  await other.stop();
});

test('refuses a reader token that was replaced', async () => {
  const old = cluster.readerToken();
  cluster.replaceReaderToken();

  expect((await read(JWKS, { Authorization: `Bearer ${old}` })).status).toBe(401);
  expect((await read(JWKS)).status).toBe(200);
});

test('remembers what was asked, and with which credential', async () => {
  await https.send({ path: `${JWKS}?x=1` });
  await read(DISCOVERY, { Accept: '*/*' });

  expect(cluster.requests()).toHaveLength(2);
  expect(cluster.requests(JWKS)).toEqual([
    { method: 'GET', path: JWKS, accept: undefined, authorization: undefined },
  ]);
  expect(cluster.requests(DISCOVERY)[0]).toMatchObject({
    accept: '*/*',
    authorization: `Bearer ${cluster.readerToken()}`,
  });
});

test.each([
  ['status500', { status: 500, type: 'application/json' }],
  ['html', { status: 200, type: 'text/html' }],
  ['redirect', { status: 302, type: undefined }],
  ['wrongContentType', { status: 200, type: 'text/plain' }],
] as const)('misbehaves with %s for both documents, until told to behave', async (mode, expected) => {
  cluster.misbehave(mode);
  for (const path of [JWKS, DISCOVERY]) {
    const { status, headers } = await read(path);
    expect({ status, type: headers['content-type'] }).toEqual(expected);
  }
  cluster.behave();
  expect((await read(JWKS)).headers['content-type']).toBe('application/jwk-set+json');
});

test('answers 304 to those who have the same, where it has ETags', async () => {
  const cdn = await startStandInCluster({ hasEtags: true, anonymousAccess: true, alg: 'ES256' });
  const client = createHttpsClient(cdn);
  const ifNoneMatch = (await client.send({ path: JWKS })).headers.etag ?? '';
  const again = () => client.send({ path: JWKS, headers: { 'If-None-Match': ifNoneMatch } });
  const same = await again();
  expect([same.status, same.text]).toEqual([304, '']);
  cdn.rotateKey();
  expect((await again()).status).toBe(200);
  expect(cdn.requests()[1]).toMatchObject({ ifNoneMatch });
  client.close();
  await cdn.stop();
});

test('misbehaves for one document alone', async () => {
  cluster.misbehave('status500', 'jwks');

  expect((await read(JWKS)).status).toBe(500);
  expect((await read(DISCOVERY)).status).toBe(200);
});

test('gives what was asked for to those who follow its redirect', async () => {
  cluster.misbehave('redirect');
  const { headers } = await read(JWKS);

  expect(keyIds(await read(headers.location ?? ''))).toEqual([cluster.signingKey().kid]);
});

test('lists a foreign key first under the signing key id, or no ids at all', async () => {
  cluster.misbehave('duplicateKid');
  const forged = await read(JWKS);
  const { kid, publicJwk } = cluster.signingKey();
  expect(keyIds(forged)).toEqual([kid, kid]);
  expect(JSON.parse(forged.text).keys[0].x).not.toBe(publicJwk.x);

  cluster.misbehave('missingKid');
  expect(keyIds(await read(JWKS))).toEqual([undefined]);
});

test.each(['truncated', 'disconnect'] as const)('breaks the connection with %s', async (mode) => {
  cluster.misbehave(mode);

  await expect(read(JWKS)).rejects.toThrow();
});

test('sends 64 MiB', async () => {
  cluster.misbehave('huge');

  expect((await read(JWKS)).text.length).toBeGreaterThan(64 * 1024 * 1024);
});

test('holds a request back until it behaves again, then answers it', async () => {
  cluster.misbehave('hang');
  const held = read(JWKS);
  await expect.poll(() => cluster.requests(JWKS).length).toBe(1);
  cluster.rotateKey({ dropPrevious: true });
  cluster.behave();

  expect(keyIds(await held)).toEqual([cluster.signingKey().kid]);
});

test('publishes whatever it is told to', async () => {
  cluster.overrideJwks({ keys: [] });
  cluster.overrideDiscovery({ jwks_uri: 'https://elsewhere.test/jwks' });
  expect(keyIds(await read(JWKS))).toEqual([]);
  expect(JSON.parse((await read(DISCOVERY)).text)).toMatchObject({
    issuer: cluster.issuer,
    jwks_uri: 'https://elsewhere.test/jwks',
  });

  cluster.overrideJwks(undefined);
  expect(keyIds(await read(JWKS))).toHaveLength(1);
});

test('stops while it is answering slowly, and twice without harm', async () => {
  cluster.misbehave('slow');
  const dribbling = read(JWKS);
  const broken = expect(dribbling).rejects.toThrow();
  await expect.poll(() => cluster.requests(JWKS).length).toBe(1);
  await cluster.stop();
  await broken;
  await cluster.stop();
});
