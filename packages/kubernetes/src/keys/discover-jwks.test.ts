import { isClusterLocalHost, type JwksSource } from '@symbolon/core';
import { createSigningKey } from '@symbolon/testkit';
import { describe, expect, test } from 'vitest';
import { clusterFixture } from '../cluster.test-support.ts';
import type { HttpsAnswer, HttpsGetRequest } from '../http/https-get.ts';
import { discoverJwks } from './discover-jwks.ts';
import type { FetchedJwks, Jwk } from './ports.ts';

const A = 'https://a.company.com';
const B = 'https://b.company.com/clusters/1';
const WELL_KNOWN = '/.well-known/openid-configuration';
const keyOfA = createSigningKey('ES256').publicJwk as Jwk;
const keyOfB = createSigningKey('ES256').publicJwk as Jwk;

type Page = { readonly document?: unknown; readonly etag?: string; readonly status?: number };

/** A web of pages by URL, which the test changes; an unknown URL is 404. Keeps what was asked. */
function createWeb(pages: Record<string, Page>) {
  const requests: HttpsGetRequest[] = [];
  const httpsGet = async (request: HttpsGetRequest): Promise<HttpsAnswer> => {
    requests.push(request);
    const { document, etag = '', status = document === undefined ? 404 : 200 } = pages[request.url] ?? {};
    const isSame = etag !== '' && request.etag === etag;
    return {
      kind: 'answered',
      status: isSame ? 304 : status,
      contentType: 'application/json',
      cacheControl: '',
      etag,
      body: new TextEncoder().encode(isSame ? '' : JSON.stringify(document)),
    };
  };
  return { pages, requests, httpsGet };
}

function pagesOf(issuer: string, key: Jwk, changes: Page = {}): Record<string, Page> {
  const jwksUri = `${issuer}/jwks`;
  return {
    [issuer + WELL_KNOWN]: { document: { issuer, jwks_uri: jwksUri }, ...changes },
    [jwksUri]: { document: { keys: [key] }, ...changes },
  };
}

const source: Extract<JwksSource, { source: 'discovery' }> = { source: 'discovery', allowedOrigins: [] };

function discover(
  { httpsGet }: ReturnType<typeof createWeb>,
  issuers: readonly string[],
  held: FetchedJwks['published'] = [],
) {
  const cluster = clusterFixture({
    issuers,
    validation: { mode: 'offline', jwks: source },
    apiServer: { url: A, credential: { kind: 'token', fingerprint: 'aaaa' } },
  });
  const { signal } = new AbortController();
  return discoverJwks({ cluster, source, held, signal }, { httpsGet, isClusterLocalHost });
}

const keysOf = ({ published }: FetchedJwks) => published.map(({ issuer, keys }) => [issuer, keys.value]);

describe('discoverJwks', () => {
  test('S93, S47: reads the keys of every issuer where its own document says, behind the path that it has', async () => {
    const web = createWeb({ ...pagesOf(A, keyOfA), ...pagesOf(B, keyOfB) });
    const fetched = await discover(web, [A, B]);
    expect(fetched.failure).toBeNull();
    expect(keysOf(fetched)).toEqual([
      [A, [keyOfA]],
      [B, [keyOfB]],
    ]);
  });

  test('S47: takes the slash off the end of an issuer before what is well known', async () => {
    const issuer = `${A}/`;
    const document = { issuer, jwks_uri: `${A}/jwks` };
    const web = createWeb({
      [A + WELL_KNOWN]: { document },
      [`${A}/jwks`]: { document: { keys: [keyOfA] } },
    });
    expect((await discover(web, [issuer])).failure).toBeNull();
  });

  test('L26: sends no credential, though the cluster has one for the very origin', async () => {
    const web = createWeb(pagesOf(A, keyOfA));
    await discover(web, [A]);
    expect(web.requests.map(({ url, bearer }) => [url, bearer])).toEqual([
      [A + WELL_KNOWN, null],
      [`${A}/jwks`, null],
    ]);
  });

  test('A20: gives both requests of every issuer one deadline', async () => {
    const web = createWeb({ ...pagesOf(A, keyOfA), ...pagesOf(B, keyOfB) });
    await discover(web, [A, B]);
    expect(web.requests).toHaveLength(4);
    expect(new Set(web.requests.map(({ signal }) => signal)).size).toBe(1);
  });

  test.each([
    'https://kubernetes.default.svc.cluster.local',
    'https://idp',
    'https://127.0.0.1:6443',
    'https://169.254.169.254',
    'http://a.company.com',
    'kubernetes/serviceaccount',
    'https://a.company.com?a',
  ])('A59: asks nobody for an issuer such as %s, and uses nothing of it', async (issuer) => {
    const web = createWeb({});
    const { published, failure } = await discover(web, [issuer]);
    expect(published).toEqual([]);
    expect(failure).toMatchObject({ reason: 'cluster_keys_unavailable' });
    expect(web.requests).toEqual([]);
  });

  test.each<[string, Record<string, Page>]>([
    ['has no document', { [A + WELL_KNOWN]: {} }],
    ['names another issuer', { [A + WELL_KNOWN]: { document: { issuer: B, jwks_uri: `${A}/jwks` } } }],
    ['has its keys elsewhere', { [A + WELL_KNOWN]: { document: { issuer: A, jwks_uri: `${B}/jwks` } } }],
    ['redirects', { [A + WELL_KNOWN]: { document: {}, status: 302 } }],
    ['has no keys', { [`${A}/jwks`]: {} }],
    ['redirects to its keys', { [`${A}/jwks`]: { document: {}, status: 302 } }],
  ])('S92: reads the keys of the other issuer while one %s, and says so', async (_, broken) => {
    const web = createWeb({ ...pagesOf(A, keyOfA), ...pagesOf(B, keyOfB), ...broken });
    const fetched = await discover(web, [A, B]);
    expect(keysOf(fetched)).toEqual([[B, [keyOfB]]]);
    expect(fetched.failure).toMatchObject({
      reason: 'cluster_keys_unavailable',
      message: expect.stringContaining('issuer 1 of prod-eu'),
    });
  });
});

describe('a second attempt', () => {
  test('asks each issuer whether its document and its keys were modified', async () => {
    const web = createWeb({ ...pagesOf(A, keyOfA, { etag: '"a"' }), ...pagesOf(B, keyOfB, { etag: '"b"' }) });
    const first = await discover(web, [A, B]);
    web.requests.length = 0;
    const second = await discover(web, [A, B], first.published);
    expect(second).toEqual(first);
    expect(Object.fromEntries(web.requests.map(({ url, etag }) => [url, etag]))).toEqual({
      [A + WELL_KNOWN]: '"a"',
      [`${A}/jwks`]: '"a"',
      [B + WELL_KNOWN]: '"b"',
      [`${B}/jwks`]: '"b"',
    });
  });

  test('A22: takes no 304 at a jwks_uri that moved for the keys at the old one', async () => {
    const web = createWeb(pagesOf(A, keyOfA, { etag: '"a"' }));
    const first = await discover(web, [A]);
    web.pages[A + WELL_KNOWN] = { document: { issuer: A, jwks_uri: `${A}/moved` }, etag: '"b"' };
    web.pages[`${A}/moved`] = { status: 304 };
    const second = await discover(web, [A], first.published);
    expect(second.published).toEqual([]);
    expect(second.failure?.message).toContain('304');
    expect(web.requests.at(-1)).toMatchObject({ url: `${A}/moved`, etag: null });
  });

  test('A22: says to no issuer what another was asked', async () => {
    const web = createWeb(pagesOf(A, keyOfA, { etag: '"a"' }));
    const first = await discover(web, [A]);
    web.requests.length = 0;
    await discover(web, [B], first.published);
    expect(web.requests.map(({ etag }) => etag)).toEqual([null]);
  });
});
