import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeToken } from '../decode-token.ts';
import { createHttpsClient } from '../https-client.ts';
import { createSigningKey } from '../signing-key.ts';
import { type StandInCluster, startStandInCluster } from '../stand-in-cluster.ts';
import { createTokenIssuer, type IssueTokenOptions } from '../token-issuer.ts';
import { type Etcd, startEtcd } from './start-etcd.ts';
import { type KubeApiserver, startKubeApiserver } from './start-kube-apiserver.ts';

const AUDIENCES = ['broker.test'];
let etcd: Etcd;
let kube: KubeApiserver;

beforeAll(async () => {
  etcd = await startEtcd();
  kube = await startKubeApiserver({ etcd });
});

afterAll(async () => {
  await kube?.stop();
  await etcd?.stop();
});

/** A fresh namespace with ServiceAccount `web`, pod `web-1` on a node of its own, and Secret `bind-1`. */
async function createWorkload() {
  const namespace = await kube.createNamespace();
  const node = await kube.createNode(`${namespace}-node`);
  await kube.createServiceAccount({ namespace, name: 'web' });
  const pod = await kube.createPod({ namespace, name: 'web-1', serviceAccount: 'web', nodeName: node.name });
  const secret = await kube.createSecret({ namespace, name: 'bind-1' });
  return { namespace, serviceAccount: 'web', pod, node, secret };
}

test('its tokens and those of the stand-in have the same header and claims, in the same order', async () => {
  const { namespace, serviceAccount, pod, node, secret } = await createWorkload();
  const standIn = createTokenIssuer();
  const common = { namespace, serviceAccount, audiences: AUDIENCES };
  const pairs: [Promise<string>, IssueTokenOptions][] = [
    [kube.requestToken(common), common],
    [kube.requestToken({ ...common, boundObjectRef: { kind: 'Pod', ...pod } }), { ...common, pod, node }],
    [kube.requestToken({ ...common, boundObjectRef: { kind: 'Node', ...node } }), { ...common, node }],
    [kube.requestToken({ ...common, boundObjectRef: { kind: 'Secret', ...secret } }), { ...common, secret }],
  ];
  for (const [real, options] of pairs) {
    expect(shapeOf(standIn.issueToken(options))).toEqual(shapeOf(await real));
  }
});

/** Every member's path with its type, in order. */
function shapeOf(token: string): string[] {
  const describe = (value: unknown, path: string): string[] => {
    if (Array.isArray(value)) return [`${path}[]`];
    if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`];
    return Object.entries(value).flatMap(([name, member]) => describe(member, `${path}/${name}`));
  };
  return describe(decodeToken(token), '');
}

test('a token with the API audience and a pod lives a year and says when it should have been renewed', async () => {
  const { namespace, serviceAccount, pod, node } = await createWorkload();
  const real = await kube.requestToken({
    namespace,
    serviceAccount,
    expirationSeconds: 3_607,
    boundObjectRef: { kind: 'Pod', ...pod },
  });
  const made = createTokenIssuer().issueToken({
    namespace,
    serviceAccount,
    audiences: [kube.issuer()],
    ttlSeconds: 31_536_000,
    warnAfterSeconds: 3_607,
    pod,
    node,
  });

  const { exp, iat } = decodeToken(real).claims;
  expect(Number(exp) - Number(iat)).toBe(31_536_000);
  expect(shapeOf(made)).toEqual(shapeOf(real));
});

test.each(['RS256', 'ES256'] as const)('publishes %s keys exactly as the stand-in does', async (alg) => {
  const signingKey = createSigningKey(alg);
  const cluster = await startKubeApiserver({ etcd, signingKey });
  const standIn = createTokenIssuer({ signingKeys: [signingKey] });
  try {
    expect(JSON.stringify(await cluster.readJwks())).toBe(JSON.stringify(standIn.jwks()));
  } finally {
    await cluster.stop();
  }
});

test('answers readers of discovery and JWKS as the stand-in does', async () => {
  const standIn = await startStandInCluster({ signingKeys: [kube.signingKey()] });
  const readerToken = await kube.createJwksReader();
  try {
    for (const path of ['/openid/v1/jwks', '/.well-known/openid-configuration']) {
      for (const accept of ['application/json', 'application/jwk-set+json', 'application/*', '*/*']) {
        for (const who of ['reader', 'stranger', 'nobody'] as const) {
          const ask = { path, accept, who };
          expect(await answerOf(standIn, standIn.readerToken(), ask), JSON.stringify(ask)).toEqual(
            await answerOf(kube, readerToken, ask),
          );
        }
      }
    }
  } finally {
    await standIn.stop();
  }
});

interface Ask {
  path: string;
  accept: string;
  who: 'reader' | 'stranger' | 'nobody';
}

/** Without the server's own address; parsed, since spacing is the server's whim. */
async function answerOf(server: KubeApiserver | StandInCluster, readerToken: string, ask: Ask) {
  const credentials = { reader: `Bearer ${readerToken}`, stranger: 'Bearer wrong', nobody: undefined };
  const authorization = credentials[ask.who];
  const https = createHttpsClient(server);
  const { status, headers, text } = await https.send({
    path: ask.path,
    headers: { Accept: ask.accept, ...(authorization && { Authorization: authorization }) },
  });
  https.close();
  return {
    status,
    type: headers['content-type'],
    cacheControl: headers['cache-control'],
    body: JSON.parse(text.replaceAll(server.url, 'https://server')),
  };
}

test('accepts tokens that were signed here with its key, and none with another uid', async () => {
  const namespace = await kube.createNamespace();
  const serviceAccount = await kube.createServiceAccount({ namespace, name: 'batch' });
  const issuer = createTokenIssuer({ signingKeys: [kube.signingKey()] });
  const common = { namespace, audiences: AUDIENCES, ttlSeconds: 30 };

  const token = issuer.issueToken({ ...common, serviceAccount });
  expect(await kube.reviewToken({ token, audiences: AUDIENCES })).toMatchObject({
    authenticated: true,
    user: { username: `system:serviceaccount:${namespace}:batch`, uid: serviceAccount.uid },
    audiences: AUDIENCES,
  });
  const stale = issuer.issueToken({ ...common, serviceAccount: 'batch' });
  expect(await kube.reviewToken({ token: stale, audiences: AUDIENCES })).not.toHaveProperty('authenticated');
});

test('two clusters on one etcd know nothing of each other', async () => {
  const other = await startKubeApiserver({ etcd });
  try {
    const { namespace, serviceAccount } = await createWorkload();
    const token = await kube.requestToken({ namespace, serviceAccount, audiences: AUDIENCES });

    expect(other.issuer()).toBe(kube.issuer());
    expect(await other.reviewToken({ token, audiences: AUDIENCES })).not.toHaveProperty('authenticated');
    expect((await other.request({ path: `/api/v1/namespaces/${namespace}` })).status).toBe(404);
  } finally {
    await other.stop();
  }
});

test('comes back after a restart with the same address and objects, and new keys', async () => {
  const cluster = await startKubeApiserver({ etcd });
  try {
    const namespace = await cluster.createNamespace();
    const old = cluster.signingKey();
    const next = createSigningKey('ES256');
    await cluster.kill();
    await expect(cluster.readJwks()).rejects.toThrow();
    await cluster.restart({ signingKey: next, otherKeys: [old] });

    expect((await cluster.request({ path: `/api/v1/namespaces/${namespace}` })).status).toBe(200);
    const { keys } = await cluster.readJwks();
    expect(keys.map((key) => key.kid).sort()).toEqual([next.kid, old.kid].sort());
  } finally {
    await cluster.stop();
  }
});

test('answers nothing while it is paused, and then what was asked meanwhile', async () => {
  kube.pause();
  const asked = kube.readJwks();
  const first = await Promise.race([asked.then(() => 'answered'), delay(200, 'silent')]);
  kube.resume();

  expect(first).toBe('silent');
  expect((await asked).keys).toHaveLength(1);
});

test('a failing start shows the log of the server', async () => {
  await expect(startKubeApiserver({ etcd, flags: ['--no-such-flag'] })).rejects.toThrow(/no-such-flag/);
});

test('leaves the rights of a TokenReviewer to reviewers', async () => {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: 'x' } };
  const path = '/apis/authentication.k8s.io/v1/tokenreviews';
  const ask = async (token: string) =>
    (await kube.request({ method: 'POST', path, body: review, token })).status;

  expect(await ask(await kube.createTokenReviewer())).toBe(201);
  expect(await ask(await kube.createJwksReader())).toBe(403);
});
