import { expect, test } from 'vitest';
import { decodeToken } from './decode-token.ts';
import { createFakeClock } from './fake-clock.ts';
import { createTokenIssuer } from './token-issuer.ts';

const web = { namespace: 'team-a', serviceAccount: 'web', audiences: ['broker.test'] };

test('a ServiceAccount keeps its uid until it is re-created', () => {
  const cluster = createTokenIssuer({ alg: 'ES256' });
  const uidIn = (token: string) => decodeToken(token).claims['kubernetes.io'];
  const first = cluster.serviceAccountUid('team-a', 'web');

  expect(uidIn(cluster.issueToken(web))).toMatchObject({ serviceaccount: { name: 'web', uid: first } });
  expect(cluster.serviceAccountUid('team-b', 'web')).not.toBe(first);

  const second = cluster.recreateServiceAccount('team-a', 'web');
  expect(second).not.toBe(first);
  expect(uidIn(cluster.issueToken(web))).toMatchObject({ serviceaccount: { name: 'web', uid: second } });
});

test('binds to objects by name, with their stable uid, or to the very object given', () => {
  const cluster = createTokenIssuer({ alg: 'ES256' });
  const token = cluster.issueToken({ ...web, pod: 'web-1', node: { name: 'node-1', uid: 'given' } });

  expect(decodeToken(token).claims['kubernetes.io']).toMatchObject({
    pod: { name: 'web-1', uid: cluster.podUid('team-a', 'web-1') },
    node: { name: 'node-1', uid: 'given' },
  });
});

test('follows its clock, in whole seconds', () => {
  const clock = createFakeClock(1_000_500);
  const cluster = createTokenIssuer({ alg: 'ES256', now: clock.now, issuer: 'https://cluster-a.test' });
  clock.advance(2_000);

  expect(decodeToken(cluster.issueToken({ ...web, ttlSeconds: 60 })).claims).toMatchObject({
    iss: 'https://cluster-a.test',
    iat: 1_002,
    nbf: 1_002,
    exp: 1_062,
  });
});

test('rotation signs with a new key and keeps the old one published, unless told otherwise', () => {
  const cluster = createTokenIssuer({ alg: 'ES256' });
  const old = cluster.signingKey();
  const next = cluster.rotateKey();

  expect(decodeToken(cluster.issueToken(web)).header.kid).toBe(next.kid);
  expect(cluster.jwks().keys.map((key) => key.kid)).toEqual([next.kid, old.kid]);

  const last = cluster.rotateKey({ dropPrevious: true });
  expect(cluster.jwks().keys.map((key) => key.kid)).toEqual([last.kid]);
});
