import { type KubernetesClaimsOptions, kubernetesClaims, legacyKubernetesClaims } from '@symbolon/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cluster } from '../decision/policy.ts';
import { UnavailableError } from '../result.ts';
import { judgeSubjectToken } from './judge-subject-token.ts';
import type { VerifiedToken } from './subject-token.ts';

const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const BROKER = 'https://broker.test';
const NOW_SECONDS = 1_795_000_000;
const SKEW_SECONDS = 30;
const uid = 'b6d0cf1e-7a57-4f5c-8f6c-0d3ff5f4f1a1';

const cluster: Cluster = {
  name: 'prod-eu',
  displayName: '',
  identityDomain: 'prod',
  issuers: [ISSUER, 'https://old-issuer.test'],
  audiences: [BROKER, 'symbolon'],
  apiServerAudiences: [ISSUER, 'https://kubernetes.default.svc'],
  allowSharedAudience: false,
  validation: { mode: 'offline', jwks: { source: 'apiServer' } },
  allowedAlgorithms: ['RS256'],
  reviewCacheSeconds: 10,
  watchStaleSeconds: 75,
  lockOutOn: 'deletion',
  maxTokenLifetimeSeconds: 86_400,
  clockSkewSeconds: SKEW_SECONDS,
  enabled: true,
  revision: '1-a',
};

const described: KubernetesClaimsOptions = {
  namespace: 'demo',
  serviceAccount: { name: 'api', uid },
  audiences: [BROKER],
  nowMs: NOW_SECONDS * 1000,
  pod: { name: 'api-7d9f', uid: '1e0b9d4c-52a1-4a71-9f0b-6a6a4d7f3b10' },
  node: { name: 'node-1.internal', uid: '9f2a6f6e-9b0a-4d5e-8a6c-7b8c9d0e1f2a' },
};

type Claims = { readonly [name: string]: unknown };

const good: Claims = { ...kubernetesClaims(described) };
const kubernetes = good['kubernetes.io'] as { readonly [name: string]: unknown };

/** The signature is the verifier's matter: here a token is verified because the test says so. */
const judge = (claims: Claims, changes: Partial<Cluster> = {}, nowSeconds = NOW_SECONDS) =>
  judgeSubjectToken(
    { cluster: 'prod-eu', claims } as unknown as VerifiedToken,
    { ...cluster, ...changes },
    nowSeconds * 1000,
  );

const outcome = (...input: Parameters<typeof judge>) => {
  const judged = judge(...input);
  return judged.kind === 'refused' ? judged.reason : judged.kind;
};

const without = (name: string): Claims =>
  Object.fromEntries(Object.entries(good).filter(([member]) => member !== name));
const withKubernetes = (members: Claims): Claims => ({
  ...good,
  'kubernetes.io': JSON.parse(JSON.stringify({ ...kubernetes, ...members })),
});
const named = (namespace: string, name: string): Claims => ({
  ...withKubernetes({ namespace, serviceaccount: { name, uid } }),
  sub: `system:serviceaccount:${namespace}:${name}`,
});

describe('judgeSubjectToken', () => {
  test('S89: proves the workload that a token of TokenRequest speaks of', () => {
    expect(judge(good)).toEqual({
      kind: 'proven',
      workload: {
        cluster: 'prod-eu',
        identityDomain: 'prod',
        namespace: 'demo',
        serviceAccount: { name: 'api', uid },
        pod: described.pod,
        node: described.node,
        source: {
          expiresAtSeconds: NOW_SECONDS + 3600,
          issuedAtSeconds: NOW_SECONDS,
          jti: good.jti,
          claims: good,
        },
      },
    });
  });

  test('proves a token that is bound to no pod, and one from a cluster that gives no jti', () => {
    expect(judge(withKubernetes({ pod: undefined, node: undefined }))).toMatchObject({
      workload: { pod: null, node: null },
    });
    expect(judge(without('jti'))).toMatchObject({ workload: { source: { jti: null } } });
  });

  test('S92: takes each issuer of the cluster, and no other, however like it', () => {
    expect(outcome({ ...good, iss: 'https://old-issuer.test' })).toBe('proven');
    for (const iss of [`${ISSUER}/`, ISSUER.toUpperCase(), 'https://other.test', '', [ISSUER], undefined]) {
      expect(outcome({ ...good, iss })).toBe('token_issuer_unknown');
    }
  });

  test('A09: refuses to judge the token of one cluster by the rules of another', () => {
    expect(outcome(good, { name: 'staging' })).toBe('token_issuer_unknown');
  });

  test('A12: refuses legacy claims, even where everything that they lack was added', () => {
    const legacy = legacyKubernetesClaims({ ...described, secretName: 'api-token' });
    expect(outcome({ ...good, ...legacy, iss: ISSUER })).toBe('token_legacy');
    expect(outcome({ ...legacy, iss: ISSUER })).toBe('token_legacy');
  });
});

describe('audience', () => {
  test('S39, L9: refuses a token for another audience', () => {
    for (const aud of ['vault', ['vault'], [`${BROKER}/`], [BROKER.toUpperCase()], [` ${BROKER}`]]) {
      expect(outcome({ ...good, aud })).toBe('token_audience_wrong');
    }
  });

  test('L34: refuses a token for the broker of another environment', () => {
    expect(outcome({ ...good, aud: ['https://broker.staging.test'] })).toBe('token_audience_wrong');
  });

  test('takes our audience alone, as a string or in an array, and several of ours', () => {
    for (const aud of [BROKER, [BROKER], ['symbolon'], [BROKER, 'symbolon'], [BROKER, BROKER]]) {
      expect(outcome({ ...good, aud })).toBe('proven');
    }
  });

  test('A60: refuses a token that a relying party also receives, who could exchange it in the name of the workload', () => {
    expect(outcome({ ...good, aud: [BROKER, 'vault'] })).toBe('token_audience_shared');
    expect(outcome({ ...good, aud: ['vault', BROKER] })).toBe('token_audience_shared');
  });

  test('A60: takes a shared audience only where the cluster allows it, and ours among them', () => {
    const allowed = { allowSharedAudience: true };
    expect(outcome({ ...good, aud: [BROKER, 'vault'] }, allowed)).toBe('proven');
    expect(outcome({ ...good, aud: ['vault'] }, allowed)).toBe('token_audience_wrong');
  });

  test('A60: refuses a token that speaks to the API server, also beside ours and where sharing is allowed', () => {
    for (const aud of [ISSUER, [ISSUER], [BROKER, 'https://kubernetes.default.svc'], [ISSUER, 'vault']]) {
      expect(outcome({ ...good, aud })).toBe('token_audience_api_server');
      expect(outcome({ ...good, aud }, { allowSharedAudience: true })).toBe('token_audience_api_server');
    }
  });

  test.each([
    [[]],
    [''],
    [[BROKER, '']],
    [1],
    [null],
    [true],
    [{}],
    [{ 0: BROKER, length: 1 }],
    [[[BROKER]]],
    [[BROKER, 1]],
    [[BROKER, null]],
  ])('A14, L31: refuses the audience %j, which is neither a string nor an array of strings', (aud) => {
    expect(outcome({ ...good, aud })).toBe('token_claim_invalid');
  });
});

describe('claims', () => {
  test.each(['exp', 'iat', 'aud', 'sub', 'kubernetes.io'])('L10: refuses a token without %s', (name) => {
    expect(outcome(without(name))).toBe('token_claim_missing');
  });

  test('L10: takes a token without nbf, which says nothing that the required iat does not', () => {
    expect(outcome(without('nbf'))).toBe('proven');
  });

  test.each([
    '',
    'demo:api',
    'system:serviceaccount:demo:web',
    'system:serviceaccount:demo',
    'system:serviceaccount:demo:api:x',
    'system:serviceaccount:Demo:api',
    'system:serviceaccount:demo:api ',
    'system:node:demo:api',
  ])('S89: refuses the subject %j, which is not the one its claims name', (sub) => {
    expect(outcome({ ...good, sub })).toBe('token_subject_mismatch');
  });

  test('S89: refuses claims that name another workload than the subject', () => {
    expect(outcome(withKubernetes({ namespace: 'other' }))).toBe('token_subject_mismatch');
    expect(outcome(withKubernetes({ serviceaccount: { name: 'web', uid } }))).toBe('token_subject_mismatch');
  });

  test.each([1, null, ['system:serviceaccount:demo:api'], {}])(
    'A14: refuses the subject %j, which is no string',
    (sub) => {
      expect(outcome({ ...good, sub })).toBe('token_claim_invalid');
    },
  );

  test.each([null, 'demo', 1, [], [kubernetes], {}])('refuses %j for the claim kubernetes.io', (claim) => {
    expect(outcome({ ...good, 'kubernetes.io': claim })).toBe('token_claim_invalid');
  });

  test.each(['', 'a.b', 'A', 'a_b', '-a', 'a-', 'a:b', 'a/b', 'а', 'a\n', 'a'.repeat(64)])(
    'A01: refuses the namespace %j, which is no DNS label',
    (namespace) => {
      expect(outcome(named(namespace, 'api'))).toBe('token_claim_invalid');
    },
  );

  test.each([
    '',
    'A',
    'a..b',
    '.a',
    'a.',
    'a:b',
    'a/b',
    'a b',
    'a%2eb',
    '*',
    '$a',
    '{a}',
    'a\u202eb',
    'a\0',
    'a'.repeat(254),
  ])('L7, L8: refuses the ServiceAccount name %j, which is no DNS subdomain', (name) => {
    expect(outcome(named('demo', name))).toBe('token_claim_invalid');
  });

  test.each([
    ['a'.repeat(63), 'a.b-c.d'],
    ['0', 'a'.repeat(253)],
    ['a-0', '0'],
  ])('takes the names %j and %j', (namespace, name) => {
    expect(outcome(named(namespace, name))).toBe('proven');
  });

  test.each([
    { uid: undefined },
    { uid: '' },
    { uid: 1 },
    { uid: null },
    { uid: 'a b' },
    { uid: 'a\n' },
    { uid: 'a'.repeat(129) },
    { name: undefined },
    { name: 1 },
    { name: ['api'] },
  ])('refuses a ServiceAccount, a pod or a node with %j', (members) => {
    const reference = { name: 'api', uid, ...members };
    expect(outcome(withKubernetes({ serviceaccount: reference }))).toBe('token_claim_invalid');
    expect(outcome(withKubernetes({ pod: reference, node: undefined }))).toBe('token_claim_invalid');
    expect(outcome(withKubernetes({ node: reference, pod: undefined }))).toBe('token_claim_invalid');
  });

  test.each([null, 'api', 1, true, [], ['api']])(
    'refuses %j for a ServiceAccount, a pod or a node',
    (value) => {
      for (const member of ['serviceaccount', 'pod', 'node']) {
        expect(outcome(withKubernetes({ [member]: value }))).toBe('token_claim_invalid');
      }
    },
  );

  test('takes a node without uid beside a pod, as Kubernetes writes one that it does not know, and nowhere else', () => {
    const node = { name: 'ghost' };
    expect(judge(withKubernetes({ node }))).toMatchObject({
      workload: { node: { name: 'ghost', uid: null } },
    });
    expect(outcome(withKubernetes({ node, pod: undefined }))).toBe('token_claim_invalid');
    expect(outcome(withKubernetes({ node: { name: '' } }))).toBe('token_claim_invalid');
  });

  test.each(['', 1, null, ['a'], 'a b', 'a'.repeat(129)])('refuses the jti %j', (jti) => {
    expect(outcome({ ...good, jti })).toBe('token_claim_invalid');
  });

  test('refuses a Secret-bound token: whether the Secret still exists cannot be known here', () => {
    for (const secret of [{ name: 's', uid }, {}, null, false]) {
      expect(outcome(withKubernetes({ secret, pod: undefined, node: undefined }))).toBe('token_secret_bound');
      expect(outcome(withKubernetes({ secret }))).toBe('token_secret_bound');
    }
  });
});

describe('times', () => {
  const lived = (iat: number, exp: number, nbf: number | undefined = iat): Claims => ({
    ...good,
    iat,
    exp,
    nbf,
  });

  test('S40, A24: refuses a token from the second its expiry and the skew have passed', () => {
    expect(outcome(good, {}, NOW_SECONDS + 3600 + SKEW_SECONDS - 1)).toBe('proven');
    expect(outcome(good, {}, NOW_SECONDS + 3600 + SKEW_SECONDS - 0.001)).toBe('proven');
    expect(outcome(good, {}, NOW_SECONDS + 3600 + SKEW_SECONDS)).toBe('token_expired');
    expect(outcome(good, { clockSkewSeconds: 0 }, NOW_SECONDS + 3600)).toBe('token_expired');
    expect(outcome(good, { clockSkewSeconds: 0 }, NOW_SECONDS + 3599)).toBe('proven');
  });

  test('S40, A24: refuses a token that is not valid yet, or not issued yet, up to the skew', () => {
    const late = NOW_SECONDS + SKEW_SECONDS;
    expect(outcome(lived(late, late + 600))).toBe('proven');
    expect(outcome(lived(late + 1, late + 600))).toBe('token_not_yet_valid');
    expect(outcome(lived(NOW_SECONDS, late + 600, late))).toBe('proven');
    expect(outcome(lived(NOW_SECONDS, late + 600, late + 1))).toBe('token_not_yet_valid');
    expect(outcome({ ...lived(late + 1, late + 600), nbf: undefined })).toBe('token_not_yet_valid');
  });

  test('A24: refuses a token that lives longer than the cluster allows, by a second', () => {
    expect(outcome(lived(NOW_SECONDS, NOW_SECONDS + 86_400))).toBe('proven');
    expect(outcome(lived(NOW_SECONDS, NOW_SECONDS + 86_401))).toBe('token_lifetime_too_long');
    expect(outcome(lived(NOW_SECONDS - 86_000, NOW_SECONDS + 600))).toBe('token_lifetime_too_long');
    expect(outcome(lived(1, NOW_SECONDS + 600))).toBe('token_lifetime_too_long');
    expect(outcome(good, { maxTokenLifetimeSeconds: 3599 })).toBe('token_lifetime_too_long');
  });

  test('A24: refuses the one-year token that a default volume gets', () => {
    const extended = kubernetesClaims({ ...described, ttlSeconds: 31_536_000, warnAfterSeconds: 3607 });
    expect(outcome({ ...extended })).toBe('token_lifetime_too_long');
  });

  test.each([
    String(NOW_SECONDS),
    NOW_SECONDS + 0.5,
    2 ** 53,
    -1,
    0,
    null,
    true,
    [NOW_SECONDS],
    {},
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ])('A24, A14: refuses the time %j, which is no whole number of seconds', (time) => {
    for (const name of ['exp', 'iat', 'nbf'])
      expect(outcome({ ...good, [name]: time })).toBe('token_claim_invalid');
  });

  test('A24: refuses a token that expired when it was issued, or before', () => {
    expect(outcome(lived(NOW_SECONDS, NOW_SECONDS))).toBe('token_claim_invalid');
    expect(outcome(lived(NOW_SECONDS + 10, NOW_SECONDS + 9))).toBe('token_claim_invalid');
  });
});

describe('order', () => {
  const expired = { ...good, exp: NOW_SECONDS - 100, iat: NOW_SECONDS - 200, nbf: NOW_SECONDS - 200 };

  test('tells the bearer of an expired token first what a fresh one would not mend', () => {
    expect(outcome(expired)).toBe('token_expired');
    expect(outcome({ ...expired, iss: 'https://other.test' })).toBe('token_issuer_unknown');
    expect(outcome({ ...expired, aud: ['vault'] })).toBe('token_audience_wrong');
    expect(outcome({ ...expired, aud: [BROKER, 'vault'] })).toBe('token_audience_shared');
    expect(outcome({ ...expired, sub: 'x' })).toBe('token_subject_mismatch');
    expect(outcome({ ...expired, jti: 1 })).toBe('token_claim_invalid');
    expect(outcome({ ...expired, iat: 1 })).toBe('token_lifetime_too_long');
    expect(outcome({ ...withKubernetes({ secret: {} }), exp: expired.exp, iat: expired.iat })).toBe(
      'token_secret_bound',
    );
  });

  test('names the audience before any other fault of the claims', () => {
    expect(outcome({ iss: ISSUER, aud: 'vault' })).toBe('token_audience_wrong');
    expect(outcome({ iss: ISSUER, aud: [ISSUER, BROKER] })).toBe('token_audience_api_server');
  });
});

describe('mode', () => {
  test.each(['review', 'watch'] as const)(
    'never proves a token of a cluster that demands %s by its signature alone',
    (mode) => {
      const validation = { ...cluster.validation, mode };
      expect(() => judge(good, { validation })).toThrow(UnavailableError);
    },
  );
});

test('proves nothing whose claims were changed at random, unless what it says of the workload is unchanged', () => {
  const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(...Object.values(good)));
  const members = ['iss', 'aud', 'sub', 'exp', 'iat', 'nbf', 'kubernetes.io'];
  fc.assert(
    fc.property(fc.constantFrom(...members), value, (name, changed) => {
      fc.pre(JSON.stringify(changed) !== JSON.stringify(good[name]));
      const judged = judge({ ...good, [name]: changed });
      if (judged.kind === 'refused') return;
      expect(['aud', 'exp', 'iat', 'nbf']).toContain(name);
      expect(judged.workload).toMatchObject({ namespace: 'demo', serviceAccount: { name: 'api', uid } });
    }),
  );
});
