import type { Policy } from '../decision/compile-policy.ts';
import type { Cluster } from '../decision/policy.ts';
import type { SigningAlgorithm } from '../mapping/objects.ts';
import type { Refused } from '../result.ts';
import type { UnverifiedToken, VerifiedToken } from '../workload/subject-token.ts';

export interface CurrentPolicy {
  /** Throws `UnavailableError('policy_unavailable')` where no policy is known to be in force. */
  currentPolicy(): Policy;
}

export type SignatureReason =
  | 'token_algorithm_not_allowed'
  | 'token_key_unknown'
  | 'token_signature_invalid'
  | 'token_cluster_ambiguous';

export interface VerifySignature {
  /**
   * Finds the one cluster among the candidates whose keys verify the token. A key is (cluster, kid), never kid alone;
   * two clusters whose keys verify it make it ambiguous. Throws `UnavailableError('cluster_keys_unavailable')` where
   * no candidate verified it and at least one could not be asked.
   */
  verifySignature(
    token: UnverifiedToken,
    candidates: readonly Cluster[],
  ): Promise<{ readonly kind: 'verified'; readonly token: VerifiedToken } | Refused<SignatureReason>>;
}

export interface SignCredential {
  /**
   * Signs with the current key of the algorithm. `sha256` is that of the compact form, lower-case hex.
   * Throws `UnavailableError('signing_key_unavailable')`.
   */
  signCredential(input: {
    readonly algorithm: SigningAlgorithm;
    readonly typ: 'at+jwt' | 'JWT';
    readonly claims: { readonly [name: string]: unknown };
  }): Promise<{ readonly compact: string; readonly sha256: string }>;
}

export interface Clock {
  /** Unix milliseconds. */
  now(): number;
}

export interface CreateId {
  /** A fresh unguessable identifier of at least 122 random bits, URL-safe. */
  createId(): string;
}
