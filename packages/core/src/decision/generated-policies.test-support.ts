import fc from 'fast-check';
import type { DecisionRequest } from './decision.ts';
import type { PolicySketch, WorkloadSketch } from './policy-fixtures.test-support.ts';

/**
 * Policies, workloads and requests out of so few names and patterns that they meet often: most of what can go wrong
 * between rules goes wrong only where several match. Patterns and instants that cannot be read are among them.
 */
const CLUSTERS = ['*', 'eu*', 'eu1', 'eu2', 'e*1', 'us1'];
const NAMESPACES = ['*', 'demo', 'team-*', 'team-a*', '*-ab', 't*a*', 'team-a', 'd*o', 'team-ab'];
const ACCOUNTS = ['*', 'api', 'api*', 'api.*', '*.v2', 'a*i*2', 'default', 'a', 'a*'];
const TARGETS = ['*', 'vault', 'vault*', '*-2', 'v*t', 'v*-2'];
const INSTANTS = [
  '2027-01-15T07:59:59Z',
  '2027-01-15T08:00:00Z',
  '2027-01-15T08:00:00.5Z',
  '2027-01-15T08:00:01Z',
  '?',
];
const SCOPES = ['read', 'write', 'reads', '*'];
const AUDIENCES = [
  'vault.company.com',
  'vault-2.company.com',
  'https://vault.company.com',
  'other.company.com',
];

const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const someOf = (values: readonly string[], minLength = 1) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength, maxLength: 3 });

/** The field in one of `times` objects, in the others left out. */
const sometimes = <K extends string, T>(times: number, key: K, value: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: times - 1, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: value.map((present) => ({ [key]: present })) },
  );

function merged(parts: readonly object[]): object {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}

const patterns = (legal: readonly string[], broken: string) =>
  fc.oneof(
    { weight: 15, arbitrary: fc.constant(['*']) },
    { weight: 20, arbitrary: someOf(legal) },
    { weight: 1, arbitrary: someOf(legal).map((some) => [...some, broken]) },
  );

const match = fc
  .tuple(
    fc.record({
      clusters: patterns(CLUSTERS, 'EU*'),
      namespaces: patterns(NAMESPACES, 'tea**'),
      serviceAccounts: patterns(ACCOUNTS, 'a|api'),
    }),
    sometimes(5, 'serviceAccountUid', oneOf('uid-1', 'uid-2')),
    sometimes(20, 'condition', oneOf('true')),
  )
  .map(merged);

const terms = fc
  .tuple(
    fc.record({ match, priority: oneOf(0, 0, 0, 1, -1) }),
    sometimes(2, 'allowDefaultServiceAccount', oneOf(true)),
    sometimes(20, 'enabled', oneOf(false)),
    sometimes(20, 'enforcement', oneOf('shadow')),
    sometimes(15, 'notBefore', oneOf(...INSTANTS)),
    sometimes(15, 'notAfter', oneOf(...INSTANTS)),
  )
  .map(merged);

const named = fc.record({ targets: patterns(TARGETS, 'Vault') });

/** An allow whose own terms fit every target: what it matches, it issues. */
export const plainAllow = fc
  .tuple(
    terms,
    named,
    sometimes(3, 'sharedSubject', oneOf('one', 'two')),
    sometimes(2, 'scopes', someOf(SCOPES)),
  )
  .map(merged);

const allow = fc
  .tuple(
    plainAllow,
    sometimes(4, 'ttlSeconds', oneOf(30, 60, 7200)),
    sometimes(
      15,
      'claims',
      oneOf({ team: 'a' }, { sub: 'x' }, { 'kubernetes.io': {} }, { team: '\u0024{x}' }),
    ),
    sometimes(20, 'sharedSubject', oneOf('a.b', '*')),
  )
  .map(merged);

export const deny = fc
  .tuple(terms, fc.oneof(named, named, fc.constant({})), fc.constant({ effect: 'deny' }))
  .map(merged);

const ruleName = oneOf(
  'a',
  'b',
  'ab',
  'A',
  'rule-2',
  'rule-10',
  '\u{1f600}',
  '\uff21',
  'othersystem/a',
  'lost/a',
);

/** One deny in ten, so that allows get to decide. */
const rules = fc.dictionary(
  ruleName,
  fc.oneof({ weight: 9, arbitrary: allow }, { weight: 1, arbitrary: deny }),
  {
    minKeys: 1,
    maxKeys: 8,
  },
);

const targetClaiming = (...audiences: readonly string[]) =>
  fc
    .tuple(
      fc.record({ audiences: fc.constant(audiences) }),
      sometimes(25, 'audiences', someOf(AUDIENCES)),
      sometimes(20, 'enabled', oneOf(false)),
      sometimes(8, 'mayOutliveSource', oneOf(true)),
      sometimes(8, 'maxSubjectBytes', oneOf(20)),
      sometimes(8, 'issuedAudience', oneOf('cloud.example', 'vault-2.company.com')),
      sometimes(40, 'issuedAudience', oneOf('https://broker.company.com/token')),
      sometimes(8, 'scopes', someOf(SCOPES, 0)),
    )
    .map(merged);

const targets = fc.record(
  {
    vault: targetClaiming('vault.company.com', 'https://vault.company.com'),
    'vault-2': targetClaiming('vault-2.company.com'),
    'othersystem/vault': targetClaiming('other.company.com'),
    'lost/vault': targetClaiming('lost.company.com'),
  },
  { requiredKeys: ['vault'] },
);

const revocation = fc
  .tuple(
    fc.oneof(
      fc.record({ sourceJti: oneOf('source-jti-1', 'source-jti-2') }),
      fc.record({ credentialJti: oneOf('source-jti-1') }),
      fc.record({
        subject: oneOf('myidsystem.demo.api', 'myidsystem.shared/one', 'myidsystem.eu1.demo.api'),
      }),
      fc.record({
        workload: fc.record(
          {
            cluster: oneOf('eu1', 'eu2'),
            namespace: oneOf('demo', 'team-a'),
            serviceAccount: oneOf('api', 'api.v2'),
            serviceAccountUid: oneOf('uid-1', 'uid-2'),
            podUid: oneOf('pod-uid-1', 'pod-uid-2'),
            node: oneOf('node-1', ''),
          },
          { requiredKeys: [] },
        ),
      }),
    ),
    sometimes(3, 'issuedBefore', oneOf('2027-01-15T07:58:20Z', ...INSTANTS)),
    sometimes(3, 'expiresAt', oneOf(...INSTANTS)),
  )
  .map(merged);

const identitySystem = oneOf(
  {},
  {},
  {},
  {},
  {},
  {},
  { identityDomain: 'eu2' },
  { subject: '{cluster}.{namespace}.{serviceAccount}' as const },
  { audiencePatterns: ['v*', 'http*'] },
);

export const policySketch: fc.Arbitrary<PolicySketch> = fc.record({
  clusters: fc.record({
    eu1: sometimes(20, 'enabled', oneOf(false)),
    eu2: oneOf({}, {}, { identityDomain: 'eu1' }, { audiences: ['vault-2.company.com'] }),
  }),
  identitySystems: fc.record({ myidsystem: identitySystem, othersystem: identitySystem }),
  targets,
  rules,
  revocations: fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(oneOf('a', 'b'), revocation, { minKeys: 1 }) },
  ),
});

export const workloadSketch: fc.Arbitrary<WorkloadSketch> = fc.record({
  cluster: oneOf(...Array<string>(12).fill('eu1'), 'eu2', 'us1'),
  namespace: oneOf('demo', 'demo', 'demo', 'team-a', 'team-ab', 'Demo', '${a'),
  serviceAccount: oneOf('api', 'api', 'api', 'api.v2', 'default', 'a', 'a|api'),
  uid: oneOf('uid-1', 'uid-1', 'uid-2', null),
  pod: oneOf({ name: 'api-0', uid: 'pod-uid-1' }, null),
  node: oneOf({ name: 'node-1', uid: 'node-uid-1' }, { name: 'node-1', uid: null }, null),
  source: fc.oneof(
    fc.record({
      expiresInSeconds: oneOf(3500, 3500, 60, 59, 59.9, 300),
      jti: oneOf('source-jti-1', 'source-jti-3', null),
    }),
    fc.constant(null),
  ),
});

export const requestSketch: fc.Arbitrary<Partial<DecisionRequest>> = fc.record({
  audiences: fc.oneof(
    { weight: 8, arbitrary: fc.constant(['vault.company.com']) },
    { weight: 1, arbitrary: someOf(AUDIENCES) },
  ),
  scopes: fc.oneof(fc.constant([]), someOf(SCOPES)),
  tokenType: oneOf(null, null, null, null, 'access_token' as const, 'jwt' as const, 'id_token' as const),
});
