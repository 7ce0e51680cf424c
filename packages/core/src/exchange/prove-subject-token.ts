import type { ClusterDirectory } from '../decision/policy.ts';
import { judgeSubjectToken } from '../workload/judge-subject-token.ts';
import type { ProvenWorkload } from '../workload/workload.ts';
import type { Clock, UnprovenToken, VerifySubjectToken } from './ports.ts';

export type Proof = { readonly kind: 'proven'; readonly workload: ProvenWorkload } | UnprovenToken;

/**
 * Proves the token: whose it is and that they signed it, then its claims as that cluster demands them. The claims are
 * judged every time, whether the signature was verified now or is remembered: what time, a changed audience or another
 * rule of the cluster does to a token shows at its next exchange. Throws `UnavailableError` where the broker's own
 * trouble prevents a judgement.
 */
export async function proveSubjectToken(
  subjectToken: string,
  clusters: ClusterDirectory,
  deps: VerifySubjectToken & Clock,
): Promise<Proof> {
  const verification = await deps.verifySubjectToken(subjectToken, clusters);
  if (verification.kind === 'refused') return verification;
  const { token, cluster } = verification;
  const judged = judgeSubjectToken(token, cluster, deps.now());
  return judged.kind === 'proven'
    ? judged
    : { kind: 'refused', reason: judged.reason, step: 'judge_claims', cluster };
}
