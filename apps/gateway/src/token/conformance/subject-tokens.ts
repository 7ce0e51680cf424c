import {
  createSigningKey,
  type IssueTokenOptions,
  kubernetesToken,
  legacyKubernetesClaims,
  signRaw,
} from '@symbolon/testkit';
import { ISSUER } from '../../test-support.ts';
import { dark, edge, nowMs, prod, stranger, twins } from './clusters.ts';

const otherKey = createSigningKey('RS256');
const issue = (options: Partial<IssueTokenOptions> = {}, from = prod) =>
  from.issueToken({ namespace: 'demo', serviceAccount: 'api', audiences: [ISSUER], ...options });
const workload = {
  namespace: 'demo',
  serviceAccount: { name: 'api', uid: prod.serviceAccountUid('demo', 'api') },
};
const rsa = prod.signingKey();
const nowSeconds = nowMs / 1_000;

/** By the names of the golden table. Each differs in one thing from `good`, which is exchanged. */
export const subjectTokens: Readonly<Record<string, () => string>> = {
  good: () => issue(),
  'not a JWT': () => 'hunter2',
  'JSON serialization': () => JSON.stringify({ payload: 'e30', signatures: [] }),
  JWE: () => 'eyJhbGciOiJSU0EtT0FFUCJ9.AAAA.AAAA.AAAA.AAAA',
  'equal header members': () =>
    signRaw(`{"alg":"RS256","kid":"${rsa.kid}","alg":"RS256"}`, { iss: prod.issuer }, rsa),
  'unknown crit': () => issue({ header: { crit: ['exp'], exp: 1 } }),
  'header jwk': () => issue({ header: { jwk: otherKey.publicJwk }, signer: otherKey }),
  'alg none': () => issue({ header: { alg: 'none' } }),
  unsigned: () => issue({ header: { alg: 'none' }, signer: 'unsigned' }),
  HMAC: () => issue({ header: { alg: 'HS256' }, signer: { hmacSecret: rsa.publicKeyPem } }),
  PS256: () => issue({ header: { alg: 'PS256' } }),
  'unknown issuer': () => issue({}, stranger),
  'unknown kid': () =>
    kubernetesToken({ ...workload, issuer: prod.issuer, nowMs, audiences: [ISSUER], signingKey: otherKey }),
  'foreign signature': () => issue({ signer: otherKey }),
  'two clusters': () => issue({}, twins),
  legacy: () =>
    signRaw({ alg: 'RS256', kid: rsa.kid }, legacyKubernetesClaims({ ...workload, secretName: 'api' }), rsa),
  'wrong audience': () => issue({ audiences: ['https://somebody.else'] }),
  'second audience': () => issue({ audiences: [ISSUER, 'myvaultinstance.company.com'] }),
  'API server audience': () => issue({ audiences: [ISSUER, prod.issuer] }),
  'no exp': () => issue({ overrides: { exp: undefined } }),
  'no aud': () => issue({ overrides: { aud: undefined } }),
  'no iss': () => issue({ overrides: { iss: undefined } }),
  'numeric aud': () => issue({ overrides: { aud: 1 } }),
  'textual exp': () => issue({ overrides: { exp: String(nowSeconds + 600) } }),
  'sub mismatch': () => issue({ overrides: { sub: 'system:serviceaccount:kube-system:api' } }),
  expired: () =>
    issue({ overrides: { iat: nowSeconds - 4_000, nbf: nowSeconds - 4_000, exp: nowSeconds - 31 } }),
  'not yet valid': () => issue({ overrides: { iat: nowSeconds + 31, nbf: nowSeconds + 31 } }),
  'one year': () => issue({ ttlSeconds: 31_536_000, warnAfterSeconds: 3_607 }),
  'Secret-bound': () => issue({ secret: 'api-token' }),
  'denied workload': () => issue({ serviceAccount: 'denied' }),
  'unmatched workload': () => issue({ serviceAccount: 'unmatched' }),
  'foreign domain': () => issue({}, edge),
  'revoked workload': () => issue({ serviceAccount: 'revoked' }),
  'nearly expired': () => issue({ ttlSeconds: 59 }),
  'unreachable cluster': () => issue({}, dark),
};
