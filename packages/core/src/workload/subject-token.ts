import type { JsonValue, SubjectTokenAlgorithm } from '../mapping/objects.ts';

declare const parsed: unique symbol;

/**
 * A subject token that was parsed and nothing more: every value in it is the caller's word. Only `parseSubjectToken`
 * makes one, so that `claims` are always those of `compact`: what is judged is what was signed.
 */
export interface UnverifiedToken {
  readonly [parsed]: true;
  /** The compact serialisation as it came (RFC 7515 §7.1). */
  readonly compact: string;
  readonly header: { readonly alg: SubjectTokenAlgorithm; readonly kid: string | null };
  readonly claims: { readonly [name: string]: JsonValue };
  /** The `iss` claim, a string; used to find candidate clusters and for nothing else. */
  readonly issuer: string;
}

declare const verified: unique symbol;

/**
 * A token whose signature verified under the keys of exactly one cluster. Its claims are not judged yet.
 * Only packages/kubernetes/src/verify-signature.ts makes one (checked by infra/scripts/brands.test.ts).
 */
export interface VerifiedToken {
  readonly [verified]: true;
  readonly cluster: string;
  readonly claims: { readonly [name: string]: JsonValue };
}
