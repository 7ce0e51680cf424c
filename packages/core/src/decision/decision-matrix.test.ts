import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { POLICY_REASONS } from '../reasons.ts';
import { compilePolicy } from './compile-policy.ts';
import { decide } from './decide.ts';
import type { Decision, DecisionRequest } from './decision.ts';
import {
  BROKER_ISSUER,
  type PolicySketch,
  requestOf,
  snapshotOf,
  type WorkloadSketch,
  workloadOf,
} from './policy-fixtures.test-support.ts';
import { referenceDecide } from './reference-decide.test-support.ts';

interface Case extends PolicySketch {
  readonly name: string;
  readonly covers: readonly string[];
  readonly workload?: WorkloadSketch;
  readonly request?: Partial<DecisionRequest>;
  readonly decision: Partial<Decision> & Pick<Decision, 'kind'>;
}

/** What the order of rules, the edges of windows and lifetimes, and the kinds of revocation turn on. */
const POINTS = [
  'deny-over-allow',
  'priority',
  'pinned-uid',
  'service-accounts',
  'namespaces',
  'clusters',
  'targets',
  'exact-over-glob',
  'literal-characters',
  'name-byte-order',
  'window-edge',
  'default-service-account',
  'shared-subject',
  'scope-intersection',
  'lifetime-of-rule',
  'lifetime-of-target',
  'lifetime-of-source',
  'revocation-source-jti',
  'revocation-subject',
  'revocation-cluster',
  'revocation-namespace',
  'revocation-service-account',
  'revocation-service-account-uid',
  'revocation-pod',
  'revocation-pod-uid',
  'revocation-node',
  'revocation-node-uid',
  'revocation-issued-before',
  'revocation-expires-at',
];

const cases: readonly Case[] = parse(readFileSync(new URL('decision-matrix.yaml', import.meta.url), 'utf8'));

describe('decision matrix', () => {
  test.each(cases)('$name', (example) => {
    const snapshot = snapshotOf(example);
    const workload = workloadOf(example.workload ?? {});
    const request = requestOf(example.request ?? {});
    const options = { issuer: BROKER_ISSUER };
    const decision = decide(compilePolicy(snapshot, options), workload, request);
    expect(decision).toMatchObject(example.decision);
    expect(referenceDecide({ snapshot, ...options }, workload, request)).toEqual(decision);
  });

  test.each([...POLICY_REASONS, ...POINTS])('%s has a case that issues and one that refuses', (point) => {
    const kinds = cases.filter(({ covers }) => covers.includes(point)).map(({ decision }) => decision.kind);
    expect(new Set(kinds)).toEqual(new Set(['issue', 'refuse']));
  });

  test.each(POLICY_REASONS)('%s is the reason of a case about it', (reason) => {
    const refused = cases.filter(
      ({ covers, decision }) => covers.includes(reason) && decision.kind === 'refuse',
    );
    expect(refused.map(({ decision }) => decision)).toContainEqual(expect.objectContaining({ reason }));
  });

  test('has at least 120 cases, each with a name of its own, about what is listed here and nothing else', () => {
    expect(cases.length).toBeGreaterThanOrEqual(120);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    expect(new Set(cases.flatMap(({ covers }) => covers))).toEqual(new Set([...POLICY_REASONS, ...POINTS]));
  });
});
