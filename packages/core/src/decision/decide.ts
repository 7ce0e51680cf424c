import type { DescribedWorkload, ProvenWorkload } from '../workload/workload.ts';
import type { Policy } from './compile-policy.ts';
import type { Decision, DecisionRequest } from './decision.ts';

export declare function decide(
  policy: Policy,
  workload: ProvenWorkload | DescribedWorkload,
  request: DecisionRequest,
): Decision;
