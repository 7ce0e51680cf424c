import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePolicy } from '../decision/compile-policy.ts';
import { decide } from '../decision/decide.ts';
import { policySketch, requestSketch, workloadSketch } from '../decision/generated-policies.test-support.ts';
import {
  BROKER_ISSUER,
  type PolicySketch,
  requestOf,
  ruleOf,
  snapshotOf,
  workloadOf,
} from '../decision/policy-fixtures.test-support.ts';
import { policyWithDraftRules } from '../decision/policy-with-draft-rules.ts';
import { revocationDetail } from './revocation-detail.ts';

type Revocations = NonNullable<PolicySketch['revocations']>;

function detailOf(
  revocations: Revocations,
  sketch: Omit<PolicySketch, 'revocations'> = { rules: { any: {} } },
): string | null {
  const policy = compilePolicy(snapshotOf({ ...sketch, revocations }), { issuer: BROKER_ISSUER });
  const workload = workloadOf({});
  const asked = requestOf({});
  return revocationDetail({ policy, workload, asked, decision: decide(policy, workload, asked) });
}

describe('the revocation that refuses is named', () => {
  test.each<[string, Revocations[string], string]>([
    ['namespace', { workload: { namespace: 'demo' } }, 'namespace=demo'],
    [
      'several names and uids',
      { workload: { cluster: 'eu1', namespace: 'demo', podUid: 'pod-uid-1' } },
      'podUid=pod-uid-1, namespace=demo, cluster=eu1',
    ],
    ['nothing at all', {}, 'every workload'],
    ['subject', { subject: 'myidsystem.demo.api' }, 'the subject myidsystem.demo.api'],
  ])('with what it covers by: %s', (_, revocation, covered) => {
    const others = { aside: { workload: { namespace: 'other' } }, b: { subject: 'myidsystem.demo' } };
    expect(detailOf({ ...others, leak: revocation })).toBe(`Revocation leak covers ${covered}.`);
  });

  test('A50: by the jti of the token, which is not repeated, nor is the reason that an operator wrote', () => {
    expect(detailOf({ leak: { sourceJti: 'source-jti-1', reason: 'of hunter2' } })).toBe(
      'Revocation leak covers this very token, by its jti.',
    );
  });

  test('where the rule shares its subject, by that subject', () => {
    const rules = { any: {}, one: { priority: 1, sharedSubject: 'one' } };
    expect(detailOf({ leak: { subject: 'myidsystem.shared/one' } }, { rules })).toBe(
      'Revocation leak covers the subject myidsystem.shared/one.',
    );
  });

  test('where a draft shares its subject, by that subject', () => {
    const snapshot = snapshotOf({
      rules: { any: {} },
      revocations: { leak: { subject: 'myidsystem.shared/one' } },
    });
    const policy = policyWithDraftRules(compilePolicy(snapshot, { issuer: BROKER_ISSUER }), 'myidsystem', [
      { name: 'any', spec: ruleOf({ targets: ['*'], sharedSubject: 'one' }) },
    ]);
    const workload = workloadOf({});
    const asked = requestOf({});
    const decision = decide(policy, workload, asked);
    expect(revocationDetail({ policy, workload, asked, decision })).toBe(
      'Revocation leak covers the subject myidsystem.shared/one.',
    );
  });
});

describe('where several refuse', () => {
  const workload = { namespace: 'demo' };

  test('the first in byte order is told, and those that would refuse without it are named', () => {
    const revocations = { 'web-2': { workload }, 'web-10': { workload: { cluster: 'eu1' } } };
    expect(detailOf(revocations)).toBe('Revocation web-10 covers cluster=eu1; beside it: web-2.');
  });

  test('no more than five others are named, and all the rest counted', () => {
    const revocations = Object.fromEntries(
      Array.from({ length: 25 }, (_, at) => [`r${at + 10}`, { workload }]),
    );
    expect(detailOf(revocations)).toBe(
      'Revocation r10 covers namespace=demo; beside it: r11, r12, r13, r14, r15 and 19 more.',
    );
  });

  test('of a subject as of a workload', () => {
    const subject = { subject: 'myidsystem.demo.api' };
    expect(detailOf({ b: subject, a: subject })).toBe(
      'Revocation a covers the subject myidsystem.demo.api; beside it: b.',
    );
  });
});

test('nothing is said of a workload that no revocation refuses', () => {
  expect(detailOf({ leak: { workload: { namespace: 'other' } } })).toBeNull();
  expect(detailOf({ leak: { subject: 'myidsystem.demo.api' } }, { rules: {} })).toBeNull();
});

test('whatever is refused as revoked has a revocation that is named, and nothing else has', () => {
  fc.assert(
    fc.property(policySketch, workloadSketch, requestSketch, (sketch, ofWorkload, ofRequest) => {
      const policy = compilePolicy(snapshotOf(sketch), { issuer: BROKER_ISSUER });
      const workload = workloadOf(ofWorkload);
      const asked = requestOf(ofRequest);
      const decision = decide(policy, workload, asked);
      const isRevoked = decision.kind === 'refuse' && decision.reason === 'workload_revoked';
      expect(revocationDetail({ policy, workload, asked, decision }) !== null).toBe(isRevoked);
    }),
    { numRuns: 2000 },
  );
});
