import type { Cluster, ClusterDirectory } from '../decision/policy.ts';
import type { TokenReason } from '../reasons.ts';
import { judgeSubjectToken } from '../workload/judge-subject-token.ts';
import { parseSubjectToken } from '../workload/parse-subject-token.ts';
import type { ProvenWorkload } from '../workload/workload.ts';
import type { Clock, VerifySignature } from './ports.ts';

export type Proof =
  | { readonly kind: 'proven'; readonly workload: ProvenWorkload }
  /** `cluster` is known where it took part in the refusal: it says whose audiences were expected. */
  | {
      readonly kind: 'refused';
      readonly reason: TokenReason;
      readonly cluster: Cluster | null;
      readonly step: ProofStep;
    };

/** The steps of a proof, in the order in which they are taken. */
export type ProofStep = 'parse_token' | 'resolve_cluster' | 'verify_signature' | 'judge_claims';

/**
 * Resolves the cluster and proves the token: its shape, its issuer, its signature under the keys of exactly one
 * cluster, then its claims as that cluster demands them. Nothing in the token chooses what is fetched, and an unknown
 * issuer costs no I/O. Throws `UnavailableError` where the broker's own trouble prevents a judgement.
 */
export async function proveSubjectToken(
  subjectToken: string,
  context: { readonly clusters: ClusterDirectory } & VerifySignature & Clock,
): Promise<Proof> {
  const parsed = parseSubjectToken(subjectToken);
  if (parsed.kind === 'refused') return refuse(parsed.reason, 'parse_token');

  const candidates = context.clusters.clustersOfIssuer(parsed.token.issuer);
  if (candidates.length === 0) return refuse('token_issuer_unknown', 'resolve_cluster');

  const verdict = await context.verifySignature(parsed.token, candidates);
  if (verdict.kind === 'refused') {
    const only = candidates.length === 1 ? candidates[0] : undefined;
    return refuse(verdict.reason, 'verify_signature', only);
  }

  const cluster = candidates.find((candidate) => candidate.name === verdict.token.cluster);
  if (cluster === undefined) return refuse('token_issuer_unknown', 'verify_signature');
  const judged = judgeSubjectToken(verdict.token, cluster, context.now());
  return judged.kind === 'refused' ? refuse(judged.reason, 'judge_claims', cluster) : judged;
}

function refuse(reason: TokenReason, step: ProofStep, cluster: Cluster | null = null): Proof {
  return { kind: 'refused', reason, cluster, step };
}
