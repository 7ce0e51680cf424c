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
  readonly title: string;
  readonly about: string;
  readonly workload?: WorkloadSketch;
  readonly request?: Partial<DecisionRequest>;
  readonly decision: Partial<Decision> & Pick<Decision, 'kind'>;
}

const TIE_BREAKS = [
  'priority',
  'pinned-uid',
  'service-accounts',
  'namespaces',
  'clusters',
  'targets',
  'exact-over-glob',
  'literal-characters',
  'name-byte-order',
];

const cases: readonly Case[] = parse(readFileSync(new URL('decision-matrix.yaml', import.meta.url), 'utf8'));

describe('decision matrix', () => {
  test.each(cases)('$title', (example) => {
    const snapshot = snapshotOf(example);
    const workload = workloadOf(example.workload ?? {});
    const request = requestOf(example.request ?? {});
    const options = { issuer: BROKER_ISSUER };
    const decision = decide(compilePolicy(snapshot, options), workload, request);
    expect(decision).toMatchObject(example.decision);
    expect(referenceDecide({ snapshot, ...options }, workload, request)).toEqual(decision);
  });

  test.each([...POLICY_REASONS, ...TIE_BREAKS])('%s has a case that issues and one that refuses', (about) => {
    const kinds = cases.filter((example) => example.about === about).map(({ decision }) => decision.kind);
    expect(new Set(kinds)).toEqual(new Set(['issue', 'refuse']));
  });

  test.each(POLICY_REASONS)('%s is the reason of a case about it', (reason) => {
    const refused = cases.filter(({ about, decision }) => about === reason && decision.kind === 'refuse');
    expect(refused.map(({ decision }) => decision)).toContainEqual(expect.objectContaining({ reason }));
  });
});
