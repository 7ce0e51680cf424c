import type { ExplainEvent } from '../audit/events.ts';
import type { RecordExplanation } from '../audit/ports.ts';
import type { ReadConfiguration } from '../configuration/ports.ts';
import type { Policy } from '../decision/compile-policy.ts';
import { type DecidedWorkload, decide } from '../decision/decide.ts';
import { policyWithDraftRules } from '../decision/policy-with-draft-rules.ts';
import { auditedRequest, auditedWorkload } from '../exchange/exchange-event.ts';
import type { Clock, CurrentPolicy, VerifySignature } from '../exchange/ports.ts';
import type { Proof } from '../exchange/prove-subject-token.ts';
import { proveUnderPolicyInForce } from '../exchange/prove-under-policy-in-force.ts';
import { createVerifySubjectToken } from '../exchange/verify-subject-token.ts';
import { describedWorkload } from './described-workload.ts';
import { explainedRules } from './explain-rules.ts';
import { explainSteps, failureOfDecision, failureOfProof } from './explain-steps.ts';
import { explainedCredential, lockOutOfWorkload } from './explained-credential.ts';
import type { Explain, ExplainRequest, Explanation, NearMiss } from './explanation.ts';
import { type JudgedRules, judgeRules } from './judge-rules.ts';
import { lockOutOf } from './lock-out.ts';
import type { Question } from './question.ts';
import { nearMissesOfRequest } from './request-near-misses.ts';
import { revocationDetail } from './revocation-detail.ts';
import { nearMissesOfRules } from './rule-near-misses.ts';
import { nearMissesOfToken } from './token-near-misses.ts';

/*
 * What the policy says of a token or a described workload, and why. Decision, reason and claims come from the very
 * functions that the token endpoint calls; the rest of this folder compares what did not match and puts it into words.
 * It mints nothing, and is apart from exchange/ because its reader is an operator, who may read the rules, and not the
 * caller, who may not.
 */

export type ExplainDeps = CurrentPolicy &
  VerifySignature &
  Pick<ReadConfiguration, 'list'> &
  RecordExplanation &
  Clock & {
    /** The broker's own. */
    readonly issuer: string;
  };

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const MAX_NEAR_MISSES = 20;

/** An explanation, and what its audit event needs beside. */
interface Explained {
  readonly explanation: Explanation;
  readonly rule: string | null;
  readonly policy: Policy;
  readonly atMs: number;
}

/** Explains, and records that it did so before it answers. Nothing is counted as a refusal: nobody was refused. */
export function createExplain(deps: ExplainDeps): Explain {
  return {
    async explain(request) {
      const explained = await explainSubject(request, deps);
      await deps.recordExplanation(explainEvent(request, explained));
      return explained.explanation;
    },
  };
}

async function explainSubject(request: ExplainRequest, deps: ExplainDeps): Promise<Explained> {
  const { subject } = request;
  if (subject.kind === 'workload') {
    const policy = deps.currentPolicy();
    return explainWorkload(request, { policy, workload: describedWorkload(subject.workload, policy) }, deps);
  }
  const { policy, proof } = await proveUnderPolicyInForce(subject.subjectToken, {
    ...deps,
    ...createVerifySubjectToken(deps),
  });
  if (proof.kind === 'proven') return explainWorkload(request, { policy, workload: proof.workload }, deps);
  const explanation = explainUnproven(subject.subjectToken, proof, policy);
  return { explanation, rule: null, policy, atMs: deps.now() };
}

function explainUnproven(
  subjectToken: string,
  proof: Extract<Proof, { kind: 'refused' }>,
  policy: Policy,
): Explanation {
  return {
    decision: 'refuse',
    reason: proof.reason,
    epoch: policy.epoch,
    workload: null,
    identitySystem: null,
    target: null,
    steps: explainSteps('subjectToken', failureOfProof(proof)),
    rules: [],
    rulesOmitted: 0,
    nearMisses: nearMissesOfToken(subjectToken, proof, policy).slice(0, MAX_NEAR_MISSES),
    credential: null,
    lockOut: proof.cluster === null ? null : lockOutOf(proof.cluster, null, null),
  };
}

async function explainWorkload(
  request: ExplainRequest,
  { policy: inForce, workload }: { readonly policy: Policy; readonly workload: DecidedWorkload },
  deps: ExplainDeps,
): Promise<Explained> {
  const { subject, audiences, scopes, tokenType } = request;
  const policy = withDrafts(inForce, request);
  const atMs = deps.now();
  const nowSeconds = Math.floor(atMs / 1000);
  const asked = { nowSeconds, grantType: GRANT_TYPE, audiences, scopes, tokenType, clientId: null };
  const decision = decide(policy, workload, asked);
  const question = { policy, workload, asked, decision };
  const judged = await judgeRules(question, request.draftRules, deps);
  const explanation: Explanation = {
    decision: decision.kind,
    reason: decision.kind === 'issue' ? null : decision.reason,
    epoch: policy.epoch,
    workload: auditedWorkload(workload),
    identitySystem: decision.identitySystem,
    target: decision.target,
    steps: explainSteps(subject.kind, failureOfDecision(decision), revocationDetail(question)),
    rules: explainedRules(judged.rules, decision.rule),
    rulesOmitted: judged.omitted,
    nearMisses: nearMissesOf(question, judged),
    credential: explainedCredential(question, deps.issuer),
    lockOut: lockOutOfWorkload(question),
  };
  return { explanation, rule: decision.rule, policy, atMs };
}

function nearMissesOf(question: Question, { rules, facts }: JudgedRules): readonly NearMiss[] {
  const { decision } = question;
  const isUnmatched = decision.kind === 'refuse' && decision.reason === 'rule_not_matched';
  const ofRules = isUnmatched && facts !== null ? nearMissesOfRules(rules, facts) : [];
  return [...nearMissesOfRequest(question), ...ofRules].slice(0, MAX_NEAR_MISSES);
}

/** Drafts are rules of the system that the first audience leads to; with a second system, the request is refused. */
function withDrafts(policy: Policy, { audiences, draftRules }: ExplainRequest): Policy {
  const [target] = audiences.map((audience) => policy.targetOfAudience(audience));
  return target === undefined ? policy : policyWithDraftRules(policy, target.system.name, draftRules);
}

function explainEvent(request: ExplainRequest, explained: Explained): ExplainEvent {
  const { explanation, rule, policy, atMs } = explained;
  const { decision, reason, epoch, workload, identitySystem, target } = explanation;
  return {
    kind: 'explain',
    atMs,
    requestId: request.requestId,
    traceId: request.traceId,
    principal: request.principal,
    epoch,
    asked: request.subject.kind,
    decision,
    reason,
    workload,
    requested: auditedRequest(request, policy),
    identitySystem,
    target,
    rule,
    draftRules: request.draftRules.length,
  };
}
