import type { Cluster } from '../decision/policy.ts';
import type { TokenReason } from '../reasons.ts';
import { parseSubjectToken } from '../workload/parse-subject-token.ts';
import type { ProofStep, UnprovenToken, VerifySignature, VerifySubjectToken } from './ports.ts';

/** Reads the token and finds its cluster, every time anew: what is remembered of earlier times is a decorator's. */
export function createVerifySubjectToken({ verifySignature }: VerifySignature): VerifySubjectToken {
  return {
    async verifySubjectToken(compact, clusters) {
      const parsed = parseSubjectToken(compact);
      if (parsed.kind === 'refused') return refuse(parsed.reason, 'parse_token');

      const candidates = clusters.clustersOfIssuer(parsed.token.issuer);
      if (candidates.length === 0) return refuse('token_issuer_unknown', 'resolve_cluster');

      const verdict = await verifySignature(parsed.token, candidates);
      if (verdict.kind === 'refused') {
        const only = candidates.length === 1 ? candidates[0] : undefined;
        return refuse(verdict.reason, 'verify_signature', only);
      }
      const { token } = verdict;
      const cluster = candidates.find((candidate) => candidate.name === token.cluster);
      if (cluster === undefined) return refuse('token_issuer_unknown', 'verify_signature');
      return { kind: 'verified', token, cluster };
    },
  };
}

function refuse(reason: TokenReason, step: ProofStep, cluster: Cluster | null = null): UnprovenToken {
  return { kind: 'refused', reason, step, cluster };
}
