import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ApiServer, Cluster, JwksSource } from '@symbolon/core';
import {
  createCertificateAuthority,
  type Misbehaviour,
  type StandInCluster,
  startStandInCluster,
} from '@symbolon/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clusterFixture } from '../cluster.test-support.ts';
import { createGuardedLookup } from '../http/connect-guard.ts';
import { createHttpsGet } from '../http/https-get.ts';
import { createFetchJwks, type FetchJwksDeps } from './fetch-jwks.ts';

const JWKS = '/openid/v1/jwks';

let standIn: StandInCluster;

beforeEach(async () => {
  standIn = await startStandInCluster({ alg: 'ES256' });
});

afterEach(() => standIn.stop());

/** Fetches as the broker does, in half a second where it takes five. */
const fetchWith = (cluster: Cluster, deps: Partial<FetchJwksDeps> = {}) =>
  createFetchJwks({
    readClusterToken: async () => ({ token: standIn.readerToken(), fingerprint: 'aaaa' }),
    clusterCredentialsDir: null,
    inCluster: null,
    timeoutMs: 500,
    ...deps,
  }).fetchJwks(cluster, []);

const atApiServer = (changes: Partial<ApiServer> = {}) =>
  clusterFixture({
    apiServer: {
      url: standIn.url,
      caBundle: standIn.caPem,
      credential: { kind: 'token', fingerprint: 'aaaa' },
      ...changes,
    },
  });
const from = (jwks: JwksSource) => clusterFixture({ validation: { mode: 'offline', jwks } });
const atUri = (uri: string, caBundle = standIn.caPem) =>
  from({ source: 'uri', uri, caBundle, allowedOrigins: [] });

const kids = async (fetched: ReturnType<typeof fetchWith>) =>
  (await fetched).published.flatMap(({ keys }) => keys.value.map(({ kid }) => kid));
const unavailable = expect.objectContaining({ reason: 'cluster_keys_unavailable' });

describe('source apiServer', () => {
  test('S94: reads the keys with the bearer token of the cluster, and its max-age', async () => {
    const url = `${standIn.url}${JWKS}`;
    const keys = { url, value: standIn.jwks().keys, etag: null, maxAgeSeconds: 3600 };
    expect(await fetchWith(atApiServer())).toEqual({
      published: [{ issuer: null, discovery: null, keys }],
      failure: null,
    });
    expect(standIn.requests()).toEqual([
      {
        method: 'GET',
        path: JWKS,
        accept: 'application/jwk-set+json',
        authorization: `Bearer ${standIn.readerToken()}`,
      },
    ]);
  });

  test('S94: reads the keys anonymously where the API server lets anybody', async () => {
    const open = await startStandInCluster({ alg: 'ES256', anonymousAccess: true });
    const apiServer: ApiServer = { url: open.url, caBundle: open.caPem };
    expect(await kids(fetchWith(clusterFixture({ apiServer })))).toEqual([open.signingKey().kid]);
    expect(open.requests()[0]?.authorization).toBeUndefined();
    await open.stop();
  });

  test('S95: reads the token file anew for each fetch, so that a rotated token works', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'symbolon-credentials-'));
    const cluster = atApiServer({ credential: { kind: 'tokenFile', path: 'token' } });
    const { fetchJwks } = createFetchJwks({
      readClusterToken: async () => null,
      clusterCredentialsDir: folder,
      inCluster: null,
    });
    await writeFile(join(folder, 'token'), standIn.readerToken());
    expect(await kids(fetchJwks(cluster, []))).toEqual([standIn.signingKey().kid]);
    standIn.replaceReaderToken();
    await expect(fetchJwks(cluster, [])).rejects.toEqual(unavailable);
    await writeFile(join(folder, 'token'), standIn.readerToken());
    expect(await kids(fetchJwks(cluster, []))).toEqual([standIn.signingKey().kid]);
    await rm(folder, { recursive: true });
  });

  test('is our trouble, not that of a token, when the API server refuses our credential', async () => {
    const readClusterToken = async () => ({ token: 'old', fingerprint: 'aaaa' });
    await expect(fetchWith(atApiServer(), { readClusterToken })).rejects.toMatchObject({
      reason: 'cluster_keys_unavailable',
      message: expect.stringContaining('HTTP 401'),
    });
  });

  test('uses the credential of the pod for the API server of the pod', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'symbolon-pod-'));
    const inCluster = { url: standIn.url, caFile: join(folder, 'ca.crt'), tokenFile: join(folder, 'token') };
    await writeFile(inCluster.caFile, standIn.caPem);
    await writeFile(inCluster.tokenFile, standIn.readerToken());
    const cluster = clusterFixture({ apiServer: { url: standIn.url, credential: { kind: 'inCluster' } } });
    expect(await kids(fetchWith(cluster, { inCluster }))).toEqual([standIn.signingKey().kid]);
    await rm(folder, { recursive: true });
  });
});

describe('source uri', () => {
  test('S94: reads the keys without any credential, whatever the cluster has one for', async () => {
    const open = await startStandInCluster({ alg: 'ES256', anonymousAccess: true });
    const { validation } = atUri(`${open.url}${JWKS}`, open.caPem);
    expect(await kids(fetchWith({ ...atApiServer(), validation }))).toEqual([open.signingKey().kid]);
    expect(open.requests()[0]).toMatchObject({ authorization: undefined });
    await open.stop();
  });

  test('A23: refuses plain http, and a URL that carries a credential', async () => {
    for (const uri of [`${standIn.url.replace('https:', 'http:')}${JWKS}`, 'file:///etc/passwd', 'jwks']) {
      await expect(fetchWith(atUri(uri))).rejects.toThrow(/not an https URL/);
    }
    const withCredential = `${standIn.url.replace('//', '//user:pass@')}${JWKS}`;
    await expect(fetchWith(atUri(withCredential))).rejects.toThrow(/a credential in the URL/);
    expect(standIn.requests()).toEqual([]);
  });
});

describe('source inline', () => {
  test('S94: takes the keys that were uploaded, and asks nobody', async () => {
    const keys = standIn.jwks().keys as unknown as Extract<JwksSource, { source: 'inline' }>['keys'];
    expect(await kids(fetchWith(from({ source: 'inline', keys })))).toEqual([standIn.signingKey().kid]);
    expect(standIn.requests()).toEqual([]);
  });
});

describe('a cluster that misbehaves', () => {
  test.each<Misbehaviour>([
    'status500',
    'html',
    'truncated',
    'disconnect',
    'wrongContentType',
    'huge',
    'slow',
    'hang',
  ])('A20: gives up on an answer that is %s, in bounded time and memory', async (mode) => {
    standIn.misbehave(mode);
    const before = Date.now();
    await expect(fetchWith(atApiServer())).rejects.toEqual(unavailable);
    expect(Date.now() - before).toBeLessThan(2_000);
  });

  test('A20, L26: follows no redirect, so that the credential goes nowhere else', async () => {
    standIn.misbehave('redirect');
    await expect(fetchWith(atApiServer())).rejects.toThrow(/HTTP 302/);
    expect(standIn.requests().map(({ path }) => path)).toEqual([JWKS]);
  });

  test('A20: refuses 100,000 keys', async () => {
    const key = { kty: 'EC', kid: 'a' };
    standIn.overrideJwks({ keys: Array.from({ length: 20_000 }, () => key) });
    await expect(fetchWith(atApiServer())).rejects.toThrow(/more than 100 keys/);
    standIn.overrideJwks({ keys: Array.from({ length: 100_000 }, () => key) });
    await expect(fetchWith(atApiServer())).rejects.toThrow(/more than 1048576 bytes/);
  });

  test('A20: neither asks for nor reads compressed answers, so that few bytes never become many', async () => {
    const authority = await createCertificateAuthority();
    const { certPem, keyPem } = await authority.issueServerCertificate();
    let asked: string | undefined;
    const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
      asked = request.headers['accept-encoding'] as string;
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify({ keys: [] })));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await expect(fetchWith(atUri(`https://127.0.0.1:${port}/`, authority.certPem))).rejects.toThrow(
      /compressed/,
    );
    expect(asked).toBe('identity');
    await new Promise((resolve) => server.close(resolve));
  });

  test('L25: repeats nothing of an answer, and nothing of the credential', async () => {
    standIn.overrideJwks('secret of the other side');
    const error = await fetchWith(atApiServer()).catch((thrown: unknown) => thrown);
    expect(error).toEqual(unavailable);
    expect(String(error)).not.toMatch(/secret/);
    expect(String(error)).not.toContain(standIn.readerToken());
  });
});

describe('who is connected to', () => {
  test('A23: refuses a server that another CA vouches for, or none that we trust', async () => {
    const other = await createCertificateAuthority('another CA');
    await expect(fetchWith(atApiServer({ caBundle: other.certPem }))).rejects.toEqual(unavailable);
    const { caBundle: _, ...withoutCa } = atApiServer().apiServer ?? expect.fail();
    await expect(fetchWith(clusterFixture({ apiServer: withoutCa }))).rejects.toEqual(unavailable);
    expect(standIn.requests()).toEqual([]);
  });

  test('A23: refuses a server whose certificate is for another name', async () => {
    const httpsGet = createHttpsGet({
      lookup: createGuardedLookup((_hostname, _options, callback) =>
        callback(null, [{ address: '127.0.0.1', family: 4 }]),
      ),
    });
    const url = standIn.url.replace('127.0.0.1', 'api.other.test');
    await expect(fetchWith(atApiServer({ url }), { httpsGet })).rejects.toThrow(
      /ERR_TLS_CERT_ALTNAME_INVALID/,
    );
    expect(standIn.requests()).toEqual([]);
  });

  test('A23, L25: refuses metadata services, link-local addresses and those of no host, in any form', async () => {
    for (const host of [
      '169.254.169.254',
      '[::ffff:169.254.169.254]',
      '0xa9fea9fe',
      '2852039166',
      '[fe80::1]',
      '[fd00:ec2::254]',
      '[2002:a9fe:a9fe::1]',
      '0.0.0.0',
      '[::]',
      '[ff02::1]',
      'metadata.google.internal.',
    ]) {
      await expect(fetchWith(atUri(`https://${host}/`))).rejects.toThrow(/a forbidden address/);
    }
  });

  test('A23, L25: refuses a name that resolves to such an address at the moment of connecting', async () => {
    const answers = ['127.0.0.1', '169.254.169.254'];
    const httpsGet = createHttpsGet({
      lookup: createGuardedLookup((_hostname, _options, callback) =>
        callback(null, [{ address: answers.shift() ?? '127.0.0.1', family: 4 }]),
      ),
    });
    const url = standIn.url.replace('127.0.0.1', 'localhost');
    expect(await kids(fetchWith(atApiServer({ url }), { httpsGet }))).toHaveLength(1);
    await expect(fetchWith(atApiServer({ url }), { httpsGet })).rejects.toThrow(/a forbidden address/);
    expect(standIn.requests()).toHaveLength(1);
  });

  test('reaches a cluster on loopback by name', async () => {
    const url = standIn.url.replace('127.0.0.1', 'localhost');
    expect(await kids(fetchWith(atApiServer({ url })))).toEqual([standIn.signingKey().kid]);
  });
});
