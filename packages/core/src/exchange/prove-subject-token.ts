import type { Cluster, ClusterDirectory } from '../decision/policy.ts';
import type { TokenReason } from '../reasons.ts';
import { judgeSubjectToken } from '../workload/judge-subject-token.ts';
import { parseSubjectToken } from '../workload/parse-subject-token.ts';
import type { ProvenWorkload } from '../workload/workload.ts';
import type { Clock, VerifySignature } from './ports.ts';

export type Proof =
  | { readonly kind: 'proven'; readonly workload: ProvenWorkload }
  /** `cluster` is known where it took part in the refusal: it says whose audiences were expected. */
  | { readonly kind: 'refused'; readonly reason: TokenReason; readonly cluster: Cluster | null };

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
  if (parsed.kind === 'refused') return { kind: 'refused', reason: parsed.reason, cluster: null };

  const candidates = context.clusters.clustersOfIssuer(parsed.token.issuer);
  if (candidates.length === 0) return { kind: 'refused', reason: 'token_issuer_unknown', cluster: null };

  const verdict = await context.verifySignature(parsed.token, candidates);
  if (verdict.kind === 'refused') {
    const only = candidates.length === 1 ? (candidates[0] ?? null) : null;
    return { kind: 'refused', reason: verdict.reason, cluster: only };
  }

  const cluster = candidates.find((candidate) => candidate.name === verdict.token.cluster);
  if (cluster === undefined) return { kind: 'refused', reason: 'token_issuer_unknown', cluster: null };
  const judged = judgeSubjectToken(verdict.token, cluster, context.now());
  if (judged.kind === 'refused') return { kind: 'refused', reason: judged.reason, cluster };
  return judged;
}
