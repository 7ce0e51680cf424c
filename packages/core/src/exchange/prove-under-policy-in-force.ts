import type { Policy } from '../decision/compile-policy.ts';
import { UnavailableError } from '../result.ts';
import type { Clock, CurrentPolicy, VerifySubjectToken } from './ports.ts';
import { type Proof, proveSubjectToken } from './prove-subject-token.ts';

/** How often a change of the policy may overtake a proof before the caller is told to come back. */
const MAX_PROOFS = 3;

/**
 * A proof may wait seconds for a cluster's keys. Where the policy changed meanwhile, the cluster may be another or
 * gone, so the token is proved again: nothing is decided by a policy under which it was not proven.
 * Throws `UnavailableError`.
 */
export async function proveUnderPolicyInForce(
  subjectToken: string,
  deps: CurrentPolicy & VerifySubjectToken & Clock,
): Promise<{ readonly policy: Policy; readonly proof: Proof }> {
  for (let proofs = 0; proofs < MAX_PROOFS; proofs++) {
    const policy = deps.currentPolicy();
    const proof = await proveSubjectToken(subjectToken, policy, deps);
    if (deps.currentPolicy() === policy) return { policy, proof };
  }
  throw new UnavailableError('policy_unavailable', 'the policy changed faster than the token was proved');
}
