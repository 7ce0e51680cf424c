import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConfigurationSnapshot } from '../configuration/stored-object.ts';
import { isDnsLabel, isDnsSubdomain } from '../mapping/names.ts';
import { POLICY_REASONS } from '../reasons.ts';
import { compilePolicy } from './compile-policy.ts';
import { decide } from './decide.ts';
import type { Decision, DecisionRequest } from './decision.ts';
import {
  deny,
  plainAllow,
  policySketch,
  requestSketch,
  workloadSketch,
} from './generated-policies.test-support.ts';
import {
  BROKER_ISSUER,
  type PolicySketch,
  requestOf,
  snapshotOf,
  type WorkloadSketch,
  workloadOf,
} from './policy-fixtures.test-support.ts';
import { referenceDecide } from './reference-decide.test-support.ts';

const issuer = BROKER_ISSUER;

const question = fc.record({ workload: workloadSketch, request: requestSketch });

function decideBy(
  snapshot: ConfigurationSnapshot,
  workload: WorkloadSketch,
  request: Partial<DecisionRequest>,
): Decision {
  return decide(compilePolicy(snapshot, { issuer }), workloadOf(workload), requestOf(request));
}

/** A rule more, under a name that no generated rule has. */
function withRule(sketch: PolicySketch, name: string, rule: object): PolicySketch {
  return { ...sketch, rules: { ...sketch.rules, [name]: rule } };
}

describe('decide', () => {
  test('A42: decides 100,000 times as the plain reference does, whatever the policy, workload and request', () => {
    const seen = new Set<string>();
    const questions = fc.array(question, { minLength: 200, maxLength: 200 });
    fc.assert(
      fc.property(policySketch, questions, (sketch, asked) => {
        const snapshot = snapshotOf(sketch);
        const policy = compilePolicy(snapshot, { issuer });
        for (const { workload, request } of asked) {
          const decision = decide(policy, workloadOf(workload), requestOf(request));
          seen.add(decision.kind === 'issue' ? 'issue' : decision.reason);
          const reference = referenceDecide({ snapshot, issuer }, workloadOf(workload), requestOf(request));
          expect(isDeepStrictEqual(decision, reference), JSON.stringify({ workload, request })).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
    // The comparison says something only where every outcome was met.
    expect(seen).toEqual(new Set(['issue', ...POLICY_REASONS]));
  }, 60_000);

  test('A42: decides the same in whatever order the objects are stored', () => {
    fc.assert(
      fc.property(policySketch, question, (sketch, { workload, request }) => {
        const snapshot = snapshotOf(sketch);
        const reversed: ConfigurationSnapshot = {
          ...snapshot,
          clusters: snapshot.clusters.toReversed(),
          identitySystems: snapshot.identitySystems.toReversed(),
          targets: snapshot.targets.toReversed(),
          rules: snapshot.rules.toReversed(),
          revocations: snapshot.revocations.toReversed(),
        };
        expect(decideBy(reversed, workload, request)).toEqual(decideBy(snapshot, workload, request));
      }),
      { numRuns: 500 },
    );
  });

  test('A42: a deny more never enlarges what is issued', () => {
    fc.assert(
      fc.property(policySketch, deny, question, (sketch, rule, { workload, request }) => {
        const before = decideBy(snapshotOf(sketch), workload, request);
        const after = decideBy(snapshotOf(withRule(sketch, 'zz', rule)), workload, request);
        if (after.kind === 'issue') expect(after).toEqual(before);
      }),
      { numRuns: 1000 },
    );
  });

  test('S15: a request that names no audience gets nothing', () => {
    expect(decideBy(snapshotOf({ rules: { any: {} } }), {}, { audiences: [] })).toMatchObject({
      kind: 'refuse',
      reason: 'audience_unknown',
    });
  });

  test('A42: an allow more never shrinks what is issued at all', () => {
    // What the new winner grants may be less. So no scope is asked for, no subject is revoked or too long, and every
    // name is one that a subject can spell.
    const speakable = question.filter(
      ({ workload: { namespace = '', serviceAccount = '' } }) =>
        isDnsLabel(namespace) && isDnsSubdomain(serviceAccount),
    );
    fc.assert(
      fc.property(policySketch, plainAllow, speakable, (sketch, rule, { workload, request }) => {
        const { revocations: _, targets = {}, ...rest } = sketch;
        const lenient = Object.entries(targets).map(([name, spec]) => [
          name,
          { ...spec, maxSubjectBytes: 255 },
        ]);
        const base = { ...rest, targets: Object.fromEntries(lenient) };
        const asked = { ...request, scopes: [] };
        if (decideBy(snapshotOf(base), workload, asked).kind === 'refuse') return;
        expect(decideBy(snapshotOf(withRule(base, 'zz', rule)), workload, asked).kind).toBe('issue');
      }),
      { numRuns: 1000 },
    );
  });
});
