import {
  type Cluster,
  type ClusterDirectory,
  createVerifySubjectToken,
  type JwksSource,
  proveSubjectToken,
  type UnavailableError,
} from '@symbolon/core';
import { createFakeClock, createSigningKey } from '@symbolon/testkit';
import { type KubeApiserver, startEtcd, startKubeApiserver } from '@symbolon/testkit/kube';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterFixture } from './cluster.test-support.ts';
import { createFetchJwks } from './keys/fetch-jwks.ts';
import { createKeyCache } from './keys/key-cache.ts';
import { createVerifySignature } from './verify-signature.ts';

const BROKER = 'https://broker.test';
/** The servers are built once on a machine, which takes minutes. */
const BUILD_MS = 1_800_000;

let etcd: Awaited<ReturnType<typeof startEtcd>>;
let server: KubeApiserver;
let namespace: string;
/** Replaced by whoever projects it: what an earlier key signed is refused once that key is withdrawn. */
let reader: string;

const onLocalhost = (url: string) => url.replace('127.0.0.1', 'localhost');

beforeAll(async () => {
  etcd = await startEtcd();
  server = await startKubeApiserver({ etcd, issuers: (url) => [url] });
  namespace = await server.createNamespace();
  await server.createServiceAccount({ namespace, name: 'web' });
  reader = await server.createJwksReader();
  await letAnybodyDiscover();
}, BUILD_MS);

afterAll(async () => {
  await server?.stop();
  await etcd?.stop();
});

async function letAnybodyDiscover() {
  const { status } = await server.request({
    method: 'POST',
    path: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    body: {
      metadata: { name: 'anybody-discovers' },
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'ClusterRole',
        name: 'system:service-account-issuer-discovery',
      },
      subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:unauthenticated' }],
    },
  });
  expect(status).toBe(201);
}

const sourceOf = (source: string): JwksSource => {
  const common = { caBundle: server.caPem, allowedOrigins: [server.url] };
  switch (source) {
    case 'uri':
      return { source, uri: `${server.url}/openid/v1/jwks`, ...common };
    case 'discovery':
      return { source, ...common };
    default:
      return { source: 'apiServer' };
  }
};

/** A broker that was configured once, for both issuers, and lives on while the cluster changes. */
function startBroker(source: string) {
  // What is kept grows old only when told, however long the servers take to start.
  const { now, advance } = createFakeClock(Date.now());
  const cluster: Cluster = clusterFixture({
    issuers: [server.url, onLocalhost(server.url)],
    audiences: [BROKER],
    validation: { mode: 'offline', jwks: sourceOf(source) },
    apiServer: {
      url: server.url,
      caBundle: server.caPem,
      credential: { kind: 'token', fingerprint: 'aaaa' },
    },
  });
  const directory: ClusterDirectory = {
    epoch: { number: 1, id: 'a' },
    clustersOfIssuer: (issuer) => (cluster.issuers.includes(issuer) ? [cluster] : []),
  };
  const { fetchJwks } = createFetchJwks({
    readClusterToken: async () => ({ token: reader, fingerprint: 'aaaa' }),
    clusterCredentialsDir: null,
    inCluster: null,
    isClusterLocalHost: () => false,
  });
  const keys = createKeyCache({ fetchJwks, now, reportKeys: () => {}, random: () => 0 });
  const { verifySignature } = createVerifySignature(keys);
  return {
    /** What the token proves, the reason that it proves nothing, or that this cannot be known now. */
    async prove(token: string) {
      const deps = { now: Date.now, ...createVerifySubjectToken({ verifySignature }) };
      const proof = await proveSubjectToken(token, directory, deps).catch(({ reason }: UnavailableError) => ({
        reason,
      }));
      if ('kind' in proof && proof.kind === 'proven') return proof.workload.serviceAccount.name;
      return 'reason' in proof ? proof.reason : null;
    },
    /** Time goes by without traffic; only the upkeep runs. */
    async wait(seconds: number) {
      advance(seconds * 1000);
      await keys.refreshDue([cluster]);
    },
  };
}

const requestToken = () => server.requestToken({ namespace, serviceAccount: 'web', audiences: [BROKER] });

describe('a real API server, with a broker that nobody touches', () => {
  const sources = ['apiServer', 'uri', 'discovery'];
  const second = createSigningKey('ES256');
  const third = createSigningKey();

  test('A22, S92: rotates its key and withdraws the old one, and then migrates to another issuer', async () => {
    const first = server.signingKey();
    const brokers = sources.map(startBroker);
    const proveAll = (token: string) => Promise.all(brokers.map(({ prove }) => prove(token)));
    const waitAll = (seconds: number) => Promise.all(brokers.map(({ wait }) => wait(seconds)));
    const all = (outcome: string) => sources.map(() => outcome);
    const byFirst = await requestToken();
    expect(await proveAll(byFirst)).toEqual(all('web'));

    await server.restart({ signingKey: second, otherKeys: [first] });
    reader = await server.createJwksReader();
    const bySecond = await requestToken();
    // The one of the two issuers that does not serve yet counts as a failure, after which a cool-down is kept.
    expect(await proveAll(bySecond)).toEqual(['web', 'web', 'cluster_keys_unavailable']);
    await waitAll(30);
    expect(await proveAll(bySecond)).toEqual(all('web'));
    expect(await proveAll(byFirst)).toEqual(all('web'));

    await server.restart({ otherKeys: [] });
    await waitAll(300);
    expect(await proveAll(byFirst)).toEqual([
      'token_key_unknown',
      'token_key_unknown',
      'cluster_keys_unavailable',
    ]);
    expect(await proveAll(bySecond)).toEqual(all('web'));

    await server.restart({
      issuers: (url) => [onLocalhost(url), url],
      apiAudiences: [server.url],
      signingKey: third,
      otherKeys: [second],
    });
    await waitAll(30);
    const byThird = await requestToken();
    expect(server.issuer()).toBe(onLocalhost(server.url));
    expect(await proveAll(byThird)).toEqual(all('web'));
    expect(await proveAll(bySecond)).toEqual(all('web'));
  });
});
