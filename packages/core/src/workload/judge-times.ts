import type { Cluster } from '../decision/policy.ts';
import type { JsonValue } from '../mapping/objects.ts';
import { type Refused, refused } from '../result.ts';

export type TimeReason =
  | 'token_claim_missing'
  | 'token_claim_invalid'
  | 'token_lifetime_too_long'
  | 'token_expired'
  | 'token_not_yet_valid';

export interface TokenTimes {
  readonly kind: 'times';
  readonly expiresAtSeconds: number;
  readonly issuedAtSeconds: number;
}

/**
 * Judges `exp`, `iat` and `nbf` (RFC 7519 §4.1.4-6), whole seconds all of them. `nbf` is honoured where present and
 * not demanded: `iat` says the same of a Kubernetes token and is. What a fresh token of the same kind would share,
 * its lifetime, is judged before what only time has done to this one.
 */
export function judgeTimes(
  claims: { readonly [name: string]: JsonValue },
  cluster: Cluster,
  nowMs: number,
): TokenTimes | Refused<TimeReason> {
  const { exp, iat, nbf } = claims;
  if (exp === undefined) return refused('token_claim_missing', 'exp');
  if (iat === undefined) return refused('token_claim_missing', 'iat');
  if (!isTime(exp)) return refused('token_claim_invalid', 'exp');
  if (!isTime(iat)) return refused('token_claim_invalid', 'iat');
  if (nbf !== undefined && !isTime(nbf)) return refused('token_claim_invalid', 'nbf');
  if (exp <= iat) return refused('token_claim_invalid', 'exp is not after iat');

  const { clockSkewSeconds, maxTokenLifetimeSeconds } = cluster;
  if (exp - iat > maxTokenLifetimeSeconds) return refused('token_lifetime_too_long');
  const nowSeconds = Math.floor(nowMs / 1000);
  if (exp <= nowSeconds - clockSkewSeconds) return refused('token_expired');
  if (Math.max(iat, nbf ?? 0) > nowSeconds + clockSkewSeconds) return refused('token_not_yet_valid');
  return { kind: 'times', expiresAtSeconds: exp, issuedAtSeconds: iat };
}

function isTime(value: JsonValue): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
