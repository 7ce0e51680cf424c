import { clusterSpecOf, createTokenIssuer, legacyKubernetesClaims, signRaw } from '@symbolon/testkit';
import { type Etcd, type KubeApiserver, startEtcd, startKubeApiserver } from '@symbolon/testkit/kube';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestBroker, type TestBroker } from './open-test-broker.test-support.ts';

const AUDIENCE = 'vault.example';
/** What west signs as once it has migrated. */
const NEXT_ISSUER = 'https://west.example';

let etcd: Etcd;
let east: KubeApiserver;
let west: KubeApiserver;
let broker: TestBroker;

beforeAll(async () => {
  etcd = await startEtcd();
  // Two clusters as kubeadm makes them: one issuer string, keys of their own.
  [east, west, broker] = await Promise.all([
    startKubeApiserver({ etcd }),
    startKubeApiserver({ etcd }),
    openTestBroker(),
  ]);
  await broker.put('identity-systems/myidsystem', {
    subject: '{cluster}.{namespace}.{serviceAccount}',
  });
  await broker.put('identity-systems/myidsystem/targets/vault', {
    audiences: [AUDIENCE],
    claims: { include: ['pod'] },
  });
  await broker.put('identity-systems/myidsystem/rules/all', {
    effect: 'allow',
    match: { clusters: ['*'], namespaces: ['*'], serviceAccounts: ['*'] },
    targets: ['vault'],
  });
});
afterAll(async () => {
  await Promise.all([broker?.remove(), east?.stop(), west?.stop()]);
  await etcd?.stop();
});

/** A pod of a new namespace, and what its projected volume would hold. */
async function podToken(cluster: KubeApiserver, audiences: readonly string[]) {
  const namespace = await cluster.createNamespace();
  const serviceAccount = await cluster.createServiceAccount({ namespace, name: 'web' });
  const pod = await cluster.createPod({ namespace, name: 'web-1', serviceAccount: 'web' });
  const boundObjectRef = { kind: 'Pod', ...pod } as const;
  const token = await cluster.requestToken({ namespace, serviceAccount: 'web', audiences, boundObjectRef });
  return { namespace, serviceAccount, pod, token };
}

function exchange(subjectToken: string) {
  return broker.exchange({ subject_token: subjectToken, audience: AUDIENCE });
}

describe('two real clusters of one issuer string, one by its API server and one by inline keys', () => {
  beforeAll(async () => {
    expect(east.issuer()).toBe(west.issuer());
    const { url, caPem } = east;
    const spec = clusterSpecOf({ issuer: east.issuer(), url, caPem }, await east.createJwksReader());
    await broker.put('clusters/east', spec);
    await broker.put('clusters/west', {
      issuers: [west.issuer(), NEXT_ISSUER],
      validation: { mode: 'offline', jwks: { source: 'inline', keys: (await west.readJwks()).keys } },
    });
  });

  test.each([
    ['east', () => east],
    ['west', () => west],
  ] as const)(
    'S89, S94: exchanges a pod-bound token that TokenRequest of %s issued',
    async (name, cluster) => {
      const { namespace, serviceAccount, pod, token } = await podToken(cluster(), [broker.issuer]);
      const { status, body } = await exchange(token);
      expect(body).toMatchObject({ token_type: 'Bearer' });
      expect(status).toBe(200);
      expect(decodeJwt(String(body.access_token))).toMatchObject({
        sub: `myidsystem.${name}.${namespace}.web`,
        aud: AUDIENCE,
        cluster: name,
        'kubernetes.io': { namespace, serviceaccount: { name: 'web', uid: serviceAccount.uid }, pod },
      });
    },
  );

  test('S39, L9: refuses a real token for another audience', async () => {
    const { token } = await podToken(east, ['another.example']);
    expect(await exchange(token)).toMatchObject({ status: 400, body: { reason: 'token_audience_wrong' } });
  });

  test('A60: refuses a real token that is also for a relying party', async () => {
    const { token } = await podToken(east, [broker.issuer, AUDIENCE]);
    expect(await exchange(token)).toMatchObject({ status: 400, body: { reason: 'token_audience_shared' } });
  });

  test('A60: refuses a real token that also speaks to the API server', async () => {
    const { token } = await podToken(east, [broker.issuer, east.issuer()]);
    expect(await exchange(token)).toMatchObject({
      status: 400,
      body: { reason: 'token_audience_api_server' },
    });
  });

  test('A12: refuses a legacy-shaped token that the cluster’s own key signed', async () => {
    const { namespace, serviceAccount } = await podToken(east, [broker.issuer]);
    const key = east.signingKey();
    const claims = legacyKubernetesClaims({ namespace, serviceAccount, secretName: 'web-token' });
    const token = signRaw({ alg: key.alg, kid: key.kid }, claims, key);
    expect(await exchange(token)).toMatchObject({ status: 400, body: { reason: 'token_legacy' } });
    const disguised = signRaw({ alg: key.alg, kid: key.kid }, { ...claims, iss: east.issuer() }, key);
    expect(await exchange(disguised)).toMatchObject({ status: 400, body: { reason: 'token_legacy' } });
  });

  test('A24: refuses a token of a year, which a real cluster gives for its own audience', async () => {
    const { namespace, serviceAccount } = await podToken(east, [broker.issuer]);
    const issuer = createTokenIssuer({ issuer: east.issuer(), signingKeys: [east.signingKey()] });
    const token = issuer.issueToken({
      namespace,
      serviceAccount,
      audiences: [broker.issuer],
      ttlSeconds: 31_536_000,
    });
    expect(await exchange(token)).toMatchObject({ status: 400, body: { reason: 'token_lifetime_too_long' } });
  });

  test('S92: while a cluster migrates its issuer, tokens of both are exchanged', async () => {
    const old = await podToken(west, [broker.issuer]);
    await west.restart({ issuers: [NEXT_ISSUER, west.issuer()] });
    const fresh = await podToken(west, [broker.issuer]);
    expect(decodeJwt(fresh.token).iss).toBe(NEXT_ISSUER);
    expect(await exchange(old.token)).toMatchObject({ status: 200 });
    expect(await exchange(fresh.token)).toMatchObject({ status: 200 });
  });
});

test('A09: refuses a token of a real cluster that nobody registered, under the issuer string of one that is', async () => {
  const stranger = await startKubeApiserver({ etcd });
  try {
    const { token } = await podToken(stranger, [broker.issuer]);
    expect(await exchange(token)).toMatchObject({ status: 400, body: { reason: 'token_key_unknown' } });
  } finally {
    await stranger.stop();
  }
});
