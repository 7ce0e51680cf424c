import type { Cluster } from '../decision/policy.ts';
import type { TokenReason } from '../reasons.ts';
import type { Refused } from '../result.ts';
import type { VerifiedToken } from './subject-token.ts';
import type { ProvenWorkload } from './workload.ts';

export declare function judgeSubjectToken(
  token: VerifiedToken,
  cluster: Cluster,
  nowMs: number,
): { readonly kind: 'proven'; readonly workload: ProvenWorkload } | Refused<TokenReason>;
