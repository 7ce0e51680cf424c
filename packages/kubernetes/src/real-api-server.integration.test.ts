import {
  type Cluster,
  type ClusterDirectory,
  createVerifySubjectToken,
  type JwksSource,
  type PublicJwk,
  proveSubjectToken,
} from '@symbolon/core';
import { kubernetesToken, legacyKubernetesClaims, signRaw } from '@symbolon/testkit';
import { type KubeApiserver, startEtcd, startKubeApiserver } from '@symbolon/testkit/kube';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterFixture } from './cluster.test-support.ts';
import { createFetchJwks } from './keys/fetch-jwks.ts';
import { createKeyCache } from './keys/key-cache.ts';
import { createVerifySignature } from './verify-signature.ts';

const BROKER = 'https://broker.test';

let etcd: Awaited<ReturnType<typeof startEtcd>>;
let server: KubeApiserver;
/** Another cluster that signs as the same issuer. */
let other: KubeApiserver;
let namespace: string;
let readers: Map<string, string>;

/** The servers are built once on a machine, which takes minutes. */
const BUILD_MS = 1_800_000;

beforeAll(async () => {
  etcd = await startEtcd();
  [server, other] = await Promise.all([startKubeApiserver({ etcd }), startKubeApiserver({ etcd })]);
  namespace = await server.createNamespace();
  await server.createServiceAccount({ namespace, name: 'web' });
  readers = new Map([
    ['prod', await server.createJwksReader()],
    ['other', await other.createJwksReader()],
  ]);
}, BUILD_MS);

afterAll(async () => {
  await server?.stop();
  await other?.stop();
  await etcd?.stop();
});

const clusterOf = (name: string, { url, caPem, issuer }: KubeApiserver, jwks: JwksSource): Cluster =>
  clusterFixture({
    name,
    issuers: [issuer()],
    audiences: [BROKER],
    apiServerAudiences: [issuer(), 'https://kubernetes.default.svc'],
    validation: { mode: 'offline', jwks },
    apiServer: { url, caBundle: caPem, credential: { kind: 'token', fingerprint: 'aaaa' } },
  });

function prover(...clusters: Cluster[]) {
  const directory: ClusterDirectory = {
    epoch: { number: 1, id: 'a' },
    clustersOfIssuer: (issuer) => clusters.filter((cluster) => cluster.issuers.includes(issuer)),
  };
  const { fetchJwks } = createFetchJwks({
    readClusterToken: async (cluster) => ({ token: readers.get(cluster) ?? '', fingerprint: 'aaaa' }),
    clusterCredentialsDir: null,
    inCluster: null,
  });
  const keys = createKeyCache({ fetchJwks, now: Date.now, reportKeys: () => {} });
  const { verifySubjectToken } = createVerifySubjectToken(createVerifySignature(keys));
  return async (token: string) => {
    const proof = await proveSubjectToken(token, directory, { now: Date.now, verifySubjectToken });
    return proof.kind === 'proven' ? proof.workload : proof.reason;
  };
}

const apiServer: JwksSource = { source: 'apiServer' };
const inline = async ({ readJwks }: KubeApiserver): Promise<JwksSource> => ({
  source: 'inline',
  keys: (await readJwks()).keys as unknown as readonly PublicJwk[],
});
const requestToken = (audiences?: readonly string[]) =>
  server.requestToken({ namespace, serviceAccount: 'web', ...(audiences && { audiences }) });

describe('a token of a real API server', () => {
  test.each(['apiServer', 'inline'])(
    'S94, S89: is proven by keys from source %s, with the pod it is bound to',
    async (source) => {
      const prove = prover(clusterOf('prod', server, source === 'inline' ? await inline(server) : apiServer));
      const name = `web-${source.toLowerCase()}`;
      const pod = await server.createPod({ namespace, name, serviceAccount: 'web', nodeName: 'ghost' });
      const token = await server.requestToken({
        namespace,
        serviceAccount: 'web',
        audiences: [BROKER],
        boundObjectRef: { kind: 'Pod', ...pod },
      });
      expect(await prove(token)).toMatchObject({
        cluster: 'prod',
        namespace,
        serviceAccount: { name: 'web' },
        pod: { name, uid: pod.uid },
        node: { name: 'ghost', uid: null },
      });
    },
  );

  test('L9, A60: is refused for another audience, beside ours too, and for the API server', async () => {
    const prove = prover(clusterOf('prod', server, apiServer));
    expect(await prove(await requestToken(['vault']))).toBe('token_audience_wrong');
    expect(await prove(await requestToken([BROKER, 'vault']))).toBe('token_audience_shared');
    expect(await prove(await requestToken())).toBe('token_audience_api_server');
    expect(await prove(await requestToken([BROKER, server.issuer()]))).toBe('token_audience_api_server');
  });

  test('A10, A09: is told from one of another cluster with the same issuer by its signature', async () => {
    expect(other.issuer()).toBe(server.issuer());
    const otherNamespace = await other.createNamespace();
    await other.createServiceAccount({ namespace: otherNamespace, name: 'web' });
    const foreign = await other.requestToken({
      namespace: otherNamespace,
      serviceAccount: 'web',
      audiences: [BROKER],
    });
    expect(await prover(clusterOf('prod', server, apiServer))(foreign)).toBe('token_key_unknown');
    const both = prover(clusterOf('prod', server, apiServer), clusterOf('other', other, apiServer));
    expect(await both(foreign)).toMatchObject({ cluster: 'other', namespace: otherNamespace });
    expect(await both(await requestToken([BROKER]))).toMatchObject({ cluster: 'prod', namespace });
  });

  test('A12: is refused in the legacy shape, though signed with the key of the cluster', async () => {
    const prove = prover(clusterOf('prod', server, apiServer));
    const serviceAccount = { name: 'web', uid: 'b6d0cf1e-7a57-4f5c-8f6c-0d3ff5f4f1a1' };
    const { alg, kid } = server.signingKey();
    const legacy = legacyKubernetesClaims({ namespace, serviceAccount, secretName: 'web-token' });
    expect(await prove(signRaw({ alg, kid }, legacy, server.signingKey()))).toBe('token_legacy');
    const token = kubernetesToken({
      signingKey: server.signingKey(),
      namespace,
      serviceAccount,
      audiences: [BROKER],
      overrides: { exp: undefined },
      issuer: server.issuer(),
    });
    expect(await prove(token)).toBe('token_claim_missing');
  });

  test('is refused when it is bound to a Secret', async () => {
    const prove = prover(clusterOf('prod', server, apiServer));
    const secret = await server.createSecret({ namespace, name: 'bound' });
    const token = await server.requestToken({
      namespace,
      serviceAccount: 'web',
      audiences: [BROKER],
      boundObjectRef: { kind: 'Secret', ...secret },
    });
    expect(await prove(token)).toBe('token_secret_bound');
  });
});
