import type { AuditedWorkload } from '../audit/events.ts';
import type { Epoch } from '../configuration/stored-object.ts';
import type { MatchAspect } from '../decision/match-rule.ts';
import type { DraftRule } from '../decision/policy-with-draft-rules.ts';
import type { CredentialType } from '../mapping/objects.ts';
import type { PolicyReason, TokenReason } from '../reasons.ts';
import type { WorkloadFacts } from '../workload/workload-facts.ts';
import type { LockOut } from './lock-out.ts';

/** What is to be explained. Draft rules are those of the identity system that owns the target. */
export interface ExplainRequest {
  readonly requestId: string;
  readonly traceId: string | null;
  /** Who asks. */
  readonly principal: string;
  readonly subject: ExplainSubject;
  /** All `audience` values; at least one. */
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
  readonly tokenType: CredentialType | null;
  /** Judged as if they were stored: each takes the place of the stored rule of its name, or stands beside the rest. */
  readonly draftRules: readonly DraftRule[];
}

/** `workload` is one in somebody's words. */
export type ExplainSubject =
  | { readonly kind: 'subjectToken'; readonly subjectToken: string }
  | { readonly kind: 'workload'; readonly workload: WorkloadFacts };

export interface Explain {
  /**
   * Decides as the token endpoint would and says why. Mints nothing; is itself audited, before the answer is given.
   * Throws `UnavailableError` for the broker's own trouble.
   */
  explain(request: ExplainRequest): Promise<Explanation>;
}

/** The steps of an exchange in the order in which they are taken. */
export const EXPLAINED_STEPS = [
  'parse_token',
  'resolve_cluster',
  'verify_signature',
  'judge_claims',
  'review',
  'liveness',
  'revocation',
  'target',
  'identity_domain',
  'rule',
  'token_type',
  'scope',
  'subject',
  'lifetime',
] as const;
export type ExplainedStepName = (typeof EXPLAINED_STEPS)[number];

export interface ExplainedStep {
  readonly step: ExplainedStepName;
  /** `not_evaluated`: the cluster's mode has no such step, or a described workload has no token to judge. */
  readonly outcome: 'passed' | 'failed' | 'not_reached' | 'not_evaluated';
  /** One sentence for an operator; never a piece of a token. */
  readonly detail: string;
}

/** What of a rule is compared with the workload and the request, and what keeps it out of force. */
export type RuleAspect = MatchAspect | 'enabled' | 'enforcement';

export interface ExplainedRule {
  readonly name: string;
  readonly effect: 'allow' | 'deny';
  readonly priority: number;
  readonly isDraft: boolean;
  /** `selected` decides; `outranked` matches and does not decide; `damaged` is not in force as it is stored. */
  readonly outcome: 'selected' | 'outranked' | 'not_matched' | 'damaged';
  /** Why it was outranked, or what did not match; one sentence each. */
  readonly because: readonly { readonly aspect: RuleAspect | 'rank' | 'fault'; readonly detail: string }[];
}

export interface NearMiss {
  readonly kind: 'letter_case' | 'trailing_slash' | 'spelling' | 'other_cluster' | 'other_audience';
  readonly detail: string;
}

export interface Explanation {
  readonly decision: 'issue' | 'refuse';
  /** The very reason that the token endpoint logs and audits; null where it issues. */
  readonly reason: TokenReason | PolicyReason | null;
  readonly epoch: Epoch;
  /** Null where a token was not proven. */
  readonly workload: AuditedWorkload | null;
  readonly identitySystem: string | null;
  readonly target: string | null;
  readonly steps: readonly ExplainedStep[];
  /** Those that decide or come closest first; at most 100. */
  readonly rules: readonly ExplainedRule[];
  /** How many more rules the identity system has. */
  readonly rulesOmitted: number;
  readonly nearMisses: readonly NearMiss[];
  readonly credential: ExplainedCredential | null;
  /** Null where the cluster is not known. */
  readonly lockOut: LockOut | null;
}

/** What would be issued. `jti` is a placeholder; the times are those of now. */
export interface ExplainedCredential {
  readonly tokenType: CredentialType;
  readonly scopes: readonly string[];
  readonly expiresInSeconds: number;
  readonly claims: { readonly [name: string]: unknown };
  /** Whether the source token's own end was taken into account; not for a described workload. */
  readonly isClampedBySource: boolean;
}
