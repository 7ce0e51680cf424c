import type { Policy } from '../decision/compile-policy.ts';
import type { DecidedWorkload } from '../decision/decide.ts';
import type { Decision, DecisionRequest } from '../decision/decision.ts';

/** What was decided about a workload, and on what. */
export interface Question {
  /** Drafts of the caller's included. */
  readonly policy: Policy;
  readonly workload: DecidedWorkload;
  readonly asked: DecisionRequest;
  readonly decision: Decision;
}
