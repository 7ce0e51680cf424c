import { expect, test } from 'vitest';
import { decodeToken } from './decode-token.ts';
import { kubernetesClaims, kubernetesToken, legacyKubernetesClaims } from './kubernetes-token.ts';
import { createSigningKey } from './signing-key.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const signingKey = createSigningKey('ES256');
const serviceAccount = { name: 'web', uid: 'db78f4c5-26c0-4204-a8b6-353f7f55d06d' };
const pod = { name: 'web-1', uid: 'e4dd1452-2516-4d30-8984-fc3ab9404fc0' };
const node = { name: 'node-1', uid: 'e34b465b-6189-4a19-8e5f-f18ee319bdfb' };
const secret = { name: 'bind-1', uid: 'c1d77e5e-e1e7-4d4e-9287-772e68d15a43' };
const base = {
  namespace: 'team-a',
  serviceAccount,
  audiences: ['broker.test'],
  ttlSeconds: 600,
  nowMs: 1_795_433_551_900,
};

// As Kubernetes 1.37.2 issued it; `jti` and the header's `kid` are each token's own.
const RECORDED = {
  aud: ['broker.test'],
  exp: 1_795_434_151,
  iat: 1_795_433_551,
  iss: 'https://kubernetes.default.svc.cluster.local',
  jti: expect.stringMatching(UUID),
  'kubernetes.io': { namespace: 'team-a', node, pod, serviceaccount: serviceAccount },
  nbf: 1_795_433_551,
  sub: 'system:serviceaccount:team-a:web',
};

test('makes a pod-bound token like the recorded one, members in the same order', () => {
  const { header, claims } = decodeToken(kubernetesToken({ ...base, pod, node, signingKey }));

  expect(header).toEqual({ alg: 'ES256', kid: signingKey.kid });
  expect(claims).toEqual(RECORDED);
  expect(Object.keys(claims)).toEqual(Object.keys(RECORDED));
  expect(Object.keys(claims['kubernetes.io'] as object)).toEqual([
    'namespace',
    'node',
    'pod',
    'serviceaccount',
  ]);
});

test('orders the members of each binding as the recorded tokens do', () => {
  const boundTo = (binding: object) =>
    Object.keys(kubernetesClaims({ ...base, ...binding })['kubernetes.io']);

  expect(boundTo({})).toEqual(['namespace', 'serviceaccount']);
  expect(boundTo({ node })).toEqual(['namespace', 'node', 'serviceaccount']);
  expect(boundTo({ secret })).toEqual(['namespace', 'secret', 'serviceaccount']);
  expect(boundTo({ node, pod, warnAfterSeconds: 3_607 })).toEqual([
    'namespace',
    'node',
    'pod',
    'serviceaccount',
    'warnafter',
  ]);
});

test('marks the one-year token that stands for one of 3607 seconds', () => {
  const claims = kubernetesClaims({ ...base, pod, ttlSeconds: 31_536_000, warnAfterSeconds: 3_607 });

  expect(claims.exp).toBe(1_826_969_551);
  expect(claims['kubernetes.io'].warnafter).toBe(1_795_437_158);
});

test('replaces and removes claims and header members', () => {
  const token = kubernetesToken({
    ...base,
    signingKey,
    overrides: { aud: 'broker.test', exp: undefined },
    header: { typ: 'JWT', kid: undefined },
  });
  const { header, claims } = decodeToken(token);

  expect(header).toEqual({ alg: 'ES256', typ: 'JWT' });
  expect(claims.aud).toBe('broker.test');
  expect(claims).not.toHaveProperty('exp');
});

test('makes the claims of a legacy token Secret, which have no audience and no end', () => {
  const claims = legacyKubernetesClaims({ namespace: 'team-a', serviceAccount, secretName: 'web-token' });

  expect(claims).toEqual({
    iss: 'kubernetes/serviceaccount',
    'kubernetes.io/serviceaccount/namespace': 'team-a',
    'kubernetes.io/serviceaccount/secret.name': 'web-token',
    'kubernetes.io/serviceaccount/service-account.name': 'web',
    'kubernetes.io/serviceaccount/service-account.uid': serviceAccount.uid,
    sub: 'system:serviceaccount:team-a:web',
  });
});
