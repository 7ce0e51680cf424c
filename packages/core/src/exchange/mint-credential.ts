import { buildClaims } from '../credential/build-claims.ts';
import type { IssueDecision } from '../decision/decision.ts';
import type { ProvenWorkload } from '../workload/workload.ts';
import type { CreateId, SignCredential } from './ports.ts';

export interface MintedCredential {
  readonly compact: string;
  /** SHA-256 of `compact`, lower-case hex. */
  readonly sha256: string;
  readonly jti: string;
  readonly issuedAtSeconds: number;
}

/**
 * Makes the credential of a decision. It takes a proven workload and nothing less: the type is the guarantee that
 * nothing is signed for a token that was not proven. Throws `UnavailableError('signing_key_unavailable')`.
 */
export async function mintCredential(
  input: {
    readonly workload: ProvenWorkload;
    readonly decision: IssueDecision;
    readonly nowSeconds: number;
    readonly clientId: string | null;
  },
  deps: SignCredential & CreateId & { readonly issuer: string },
): Promise<MintedCredential> {
  const { decision, nowSeconds } = input;
  const jti = deps.createId();
  const signed = await deps.signCredential({
    algorithm: decision.signingAlgorithm,
    typ: decision.tokenType === 'access_token' ? 'at+jwt' : 'JWT',
    claims: buildClaims({ ...input, jti, issuer: deps.issuer }),
  });
  return { ...signed, jti, issuedAtSeconds: nowSeconds };
}
