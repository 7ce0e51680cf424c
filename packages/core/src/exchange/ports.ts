import type { Epoch } from '../configuration/stored-object.ts';
import type { Policy } from '../decision/compile-policy.ts';
import type { Cluster, ClusterDirectory } from '../decision/policy.ts';
import type { SigningAlgorithm } from '../mapping/objects.ts';
import type { TokenReason } from '../reasons.ts';
import type { Refused } from '../result.ts';
import type { UnverifiedToken, VerifiedToken } from '../workload/subject-token.ts';

export interface CurrentPolicy {
  /** Throws `UnavailableError('policy_unavailable')` where no policy is known to be in force. */
  currentPolicy(): Policy;
}

export interface CatchUp {
  /**
   * Resolves once a policy is in force that is of this epoch, or was read after the call. Throws
   * `UnavailableError('policy_unavailable')` where it could not be read.
   */
  catchUp(epoch: Epoch): Promise<void>;
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

/** The steps of a proof, in the order in which they are taken. */
export type ProofStep = 'parse_token' | 'resolve_cluster' | 'verify_signature' | 'judge_claims';

/** What was found of a token up to its signature; its claims are not judged yet. */
export type Verification =
  | { readonly kind: 'verified'; readonly token: VerifiedToken; readonly cluster: Cluster }
  | UnprovenToken;

export interface UnprovenToken {
  readonly kind: 'refused';
  readonly reason: TokenReason;
  readonly step: ProofStep;
  /** Known where it took part in the refusal: it says whose audiences were expected. */
  readonly cluster: Cluster | null;
}

export interface VerifySubjectToken {
  /**
   * Whose token it is: its shape, its issuer, and its signature under the keys of exactly one cluster of `clusters`.
   * Nothing in the token chooses what is fetched, and an unknown issuer costs no I/O. Throws `UnavailableError` where
   * the broker's own trouble prevents a judgement.
   */
  verifySubjectToken(compact: string, clusters: ClusterDirectory): Verification | Promise<Verification>;
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
  }): SignedCredential | Promise<SignedCredential>;
}

export interface SignedCredential {
  readonly compact: string;
  readonly sha256: string;
}

export interface Clock {
  /** Unix milliseconds. */
  now(): number;
}

export interface CreateId {
  /** A fresh unguessable identifier of at least 122 random bits, URL-safe. */
  createId(): string;
}
