import type { JwksSource } from '@symbolon/core';
import {
  createCertificateAuthority,
  type Misbehaviour,
  type StandInCluster,
  startStandInCluster,
} from '@symbolon/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clusterFixture } from '../cluster.test-support.ts';
import { createFetchJwks, type FetchJwksDeps } from './fetch-jwks.ts';
import type { FetchedJwks } from './ports.ts';

const JWKS = '/openid/v1/jwks';
const WELL_KNOWN = '/clusters/a/.well-known/openid-configuration';

let standIn: StandInCluster;

beforeEach(async () => {
  standIn = await startStandInCluster({
    alg: 'ES256',
    issuer: (url) => `${url}/clusters/a`,
    anonymousAccess: true,
    hasEtags: true,
  });
});

afterEach(() => standIn.stop());

const discoveryOf = (changes: Partial<Extract<JwksSource, { source: 'discovery' }>> = {}) =>
  clusterFixture({
    issuers: [standIn.issuer],
    validation: {
      mode: 'offline',
      jwks: { source: 'discovery', caBundle: standIn.caPem, allowedOrigins: [], ...changes },
    },
    apiServer: {
      url: standIn.url,
      caBundle: standIn.caPem,
      credential: { kind: 'token', fingerprint: 'aaaa' },
    },
  });

/** As the broker does, but on loopback, and in half a second where it takes five. */
function discoverer(deps: Partial<FetchJwksDeps> = {}) {
  const { fetchJwks } = createFetchJwks({
    readClusterToken: async () => ({ token: standIn.readerToken(), fingerprint: 'aaaa' }),
    clusterCredentialsDir: null,
    inCluster: null,
    timeoutMs: 500,
    isClusterLocalHost: () => false,
    ...deps,
  });
  return (cluster = discoveryOf(), held: FetchedJwks['published'] = []) => fetchJwks(cluster, held);
}

const kids = ({ published }: FetchedJwks) =>
  published.flatMap(({ keys }) => keys.value.map(({ kid }) => kid));

describe('source discovery', () => {
  test('S93, L26: finds the keys by the document of the issuer, its CA vouching for both, with no credential', async () => {
    const fetched = await discoverer()();
    expect(fetched.failure).toBeNull();
    expect(kids(fetched)).toEqual([standIn.signingKey().kid]);
    expect(standIn.requests().map(({ path, authorization }) => [path, authorization])).toEqual([
      [WELL_KNOWN, undefined],
      [JWKS, undefined],
    ]);
  });

  test('A59: asks nobody on loopback but for the tests', async () => {
    const { fetchJwks } = createFetchJwks({
      readClusterToken: async () => null,
      clusterCredentialsDir: null,
      inCluster: null,
    });
    const { published, failure } = await fetchJwks(discoveryOf(), []);
    expect([published, failure?.message]).toEqual([[], expect.stringContaining('cluster-local')]);
    expect(standIn.requests()).toEqual([]);
  });

  test('is told 304 for both documents while nothing changes, and reads the keys anew once they do', async () => {
    const discover = discoverer();
    const first = await discover();
    expect(await discover(discoveryOf(), first.published)).toEqual(first);
    expect(standIn.requests().map(({ ifNoneMatch }) => typeof ifNoneMatch)).toEqual([
      'undefined',
      'undefined',
      'string',
      'string',
    ]);
    const next = standIn.rotateKey();
    expect(kids(await discover(discoveryOf(), first.published))[0]).toBe(next.kid);
  });

  test.each([
    ['whose document is that of another issuer', { issuer: 'https://other.test' }],
    ['whose keys are on another origin', { jwks_uri: 'https://other.test/jwks' }],
    ['whose keys are served over plain http', { jwks_uri: 'http://127.0.0.1/jwks' }],
  ])('S48, A59: uses nothing of an issuer %s, and follows it nowhere', async (_, members) => {
    standIn.overrideDiscovery(members);
    const { published, failure } = await discoverer()();
    expect([published, failure]).toEqual([
      [],
      expect.objectContaining({ reason: 'cluster_keys_unavailable' }),
    ]);
    expect(standIn.requests().map(({ path }) => path)).toEqual([WELL_KNOWN]);
  });

  test('A59, L25: goes to no metadata service, though an operator named its origin', async () => {
    const origin = 'https://169.254.169.254';
    standIn.overrideDiscovery({ jwks_uri: `${origin}/latest/meta-data` });
    const { published, failure } = await discoverer()(discoveryOf({ allowedOrigins: [origin] }));
    expect([published, failure?.message]).toEqual([[], expect.stringContaining('a forbidden address')]);
  });

  test('A23: refuses a server that another CA vouches for', async () => {
    const other = await createCertificateAuthority('another CA');
    expect((await discoverer()(discoveryOf({ caBundle: other.certPem }))).published).toEqual([]);
    expect(standIn.requests()).toEqual([]);
  });

  test.each<[Misbehaviour, 'jwks' | 'discovery']>(
    (
      ['status500', 'html', 'redirect', 'disconnect', 'wrongContentType', 'huge', 'slow', 'hang'] as const
    ).flatMap((mode) => [
      [mode, 'discovery'],
      [mode, 'jwks'],
    ]),
  )('A20: gives up on an answer that is %s for %s, in bounded time and memory', async (mode, document) => {
    standIn.misbehave(mode, document);
    const before = Date.now();
    const { published, failure } = await discoverer()();
    expect([published, failure]).toEqual([
      [],
      expect.objectContaining({ reason: 'cluster_keys_unavailable' }),
    ]);
    expect(Date.now() - before).toBeLessThan(2_000);
    expect(standIn.requests().some(({ path }) => path.startsWith('/redirected'))).toBe(false);
  });
});

test('a URI is asked whether its keys were modified, and an API server that sends no tag is not', async () => {
  const uri: JwksSource = {
    source: 'uri',
    uri: `${standIn.url}${JWKS}`,
    caBundle: standIn.caPem,
    allowedOrigins: [],
  };
  const discover = discoverer();
  const atUri = { ...discoveryOf(), validation: { mode: 'offline', jwks: uri } } as const;
  const first = await discover(atUri);
  expect(await discover(atUri, first.published)).toEqual(first);
  expect(standIn.requests()[1]?.ifNoneMatch).toBe(first.published[0]?.keys.etag);

  const plain = await startStandInCluster({ alg: 'ES256', anonymousAccess: true });
  const { apiServer: _, ...rest } = discoveryOf();
  const atServer = {
    ...rest,
    apiServer: { url: plain.url, caBundle: plain.caPem },
    validation: { mode: 'offline', jwks: { source: 'apiServer' } },
  } as const;
  const read = await discover(atServer);
  expect(await discover(atServer, read.published)).toEqual(read);
  expect(plain.requests().map(({ ifNoneMatch }) => ifNoneMatch)).toEqual([undefined, undefined]);
  await plain.stop();
});

test('an API server that sends a tag is asked with it', async () => {
  const cluster = {
    ...discoveryOf(),
    validation: { mode: 'offline', jwks: { source: 'apiServer' } },
  } as const;
  const discover = discoverer();
  const first = await discover(cluster);
  expect(await discover(cluster, first.published)).toEqual(first);
  expect(standIn.requests().map(({ ifNoneMatch }) => ifNoneMatch)).toEqual([
    undefined,
    first.published[0]?.keys.etag,
  ]);
});
