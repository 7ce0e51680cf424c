import { describe, expect, test } from 'vitest';
import { POLICY_REASONS, TOKEN_REASONS } from '../reasons.ts';
import { explainSteps, failureOfDecision, failureOfProof } from './explain-steps.ts';
import { EXPLAINED_STEPS, type ExplainedStepName } from './explanation.ts';

const outcomes = (...asked: Parameters<typeof explainSteps>) =>
  Object.fromEntries(explainSteps(...asked).map(({ step, outcome }) => [step, outcome]));

const NOTHING = { identitySystem: null, target: null, rule: null };
const RULED = { identitySystem: 'myidsystem', target: 'vault', rule: 'any' };

describe('the step at which an exchange fails', () => {
  test.each([
    ['workload_revoked', NOTHING, 'revocation'],
    ['workload_revoked', RULED, 'subject'],
    ['audience_unknown', NOTHING, 'target'],
    ['audiences_of_several_targets', NOTHING, 'target'],
    ['target_disabled', NOTHING, 'target'],
    ['identity_domain_foreign', NOTHING, 'identity_domain'],
    ['rule_denied', RULED, 'rule'],
    ['rule_not_matched', NOTHING, 'rule'],
    ['token_type_not_offered', RULED, 'token_type'],
    ['scope_not_permitted', RULED, 'scope'],
    ['subject_too_long', RULED, 'subject'],
    ['subject_invalid', RULED, 'subject'],
    ['source_token_expiring', RULED, 'lifetime'],
    ['lifetime_below_minimum', RULED, 'lifetime'],
  ] as const)('%s, with the rule known or not, is found at its own step', (reason, got, step) => {
    expect(failureOfDecision({ kind: 'refuse', reason, ...got })).toEqual({ step, reason });
  });

  test('of a proof is where the proof ended', () => {
    const proof = { kind: 'refused', reason: 'token_legacy', cluster: null, step: 'parse_token' } as const;
    expect(failureOfProof(proof)).toEqual({ step: 'parse_token', reason: 'token_legacy' });
  });
});

describe('explainSteps', () => {
  test('passes all steps before the one that fails and reaches none after it', () => {
    for (const [at, step] of EXPLAINED_STEPS.entries()) {
      const steps = explainSteps('subjectToken', { step, reason: 'rule_denied' });
      expect(steps.map((one) => one.step)).toEqual(EXPLAINED_STEPS);
      expect(
        steps.slice(0, at).some(({ outcome }) => outcome === 'failed' || outcome === 'not_reached'),
      ).toBe(false);
      expect(steps[at]?.outcome).toBe('failed');
      expect(steps.slice(at + 1).every(({ outcome }) => outcome === 'not_reached')).toBe(true);
    }
  });

  test('of a token that is proved offline leaves its review and liveness unjudged', () => {
    const notEvaluated = Object.entries(outcomes('subjectToken', null)).filter(([, one]) => one !== 'passed');
    expect(notEvaluated).toEqual([
      ['review', 'not_evaluated'],
      ['liveness', 'not_evaluated'],
    ]);
  });

  test('of a described workload judges no token, and says that no source clamps the lifetime', () => {
    const steps = explainSteps('workload', null);
    const ofToken: readonly ExplainedStepName[] = EXPLAINED_STEPS.slice(0, 6);
    expect(steps.filter(({ outcome }) => outcome === 'not_evaluated').map(({ step }) => step)).toEqual(
      ofToken,
    );
    expect(steps.at(-1)?.detail).not.toBe(explainSteps('subjectToken', null).at(-1)?.detail);
  });

  test('has a sentence of its own for every reason', () => {
    const details = [...TOKEN_REASONS, ...POLICY_REASONS].map(
      (reason) => explainSteps('subjectToken', { step: 'parse_token', reason })[0]?.detail,
    );
    expect(new Set(details).size).toBe(TOKEN_REASONS.length + POLICY_REASONS.length);
    for (const detail of details) expect(detail).toMatch(/^[A-Z].*\.$/);
  });
});
