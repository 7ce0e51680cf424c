import type { Cluster } from '../decision/policy.ts';
import type { TokenReason } from '../reasons.ts';
import { type Refused, refused, UnavailableError } from '../result.ts';
import { isLegacyToken } from './is-legacy-token.ts';
import { isSafeId } from './is-safe-id.ts';
import { judgeAudience } from './judge-audience.ts';
import { judgeTimes } from './judge-times.ts';
import { readKubernetesClaims } from './read-kubernetes-claims.ts';
import type { VerifiedToken } from './subject-token.ts';
import type { ProvenWorkload } from './workload.ts';

/**
 * Judges the claims of a token whose signature verified, as its cluster demands them. The one place that makes a
 * ProvenWorkload.
 *
 * A token may fail in several ways and is refused for one, so the order is that of what its bearer must know first:
 * that it was never meant for us (issuer, kind, audience), then that no token of its kind will do (claims, subject,
 * binding, lifetime), and only then what a fresh one would mend (expired, not yet valid). So nobody is told to renew
 * a token that would be refused again.
 *
 * Throws `UnavailableError` for a cluster whose mode asks for more than the signature and the claims can prove.
 */
export function judgeSubjectToken(
  token: VerifiedToken,
  cluster: Cluster,
  nowMs: number,
): { readonly kind: 'proven'; readonly workload: ProvenWorkload } | Refused<TokenReason> {
  demandOffline(cluster);
  const { claims } = token;
  const { iss, jti } = claims;
  if (token.cluster !== cluster.name || typeof iss !== 'string' || !cluster.issuers.includes(iss)) {
    return refused('token_issuer_unknown');
  }
  if (isLegacyToken(claims)) return refused('token_legacy');
  const objection = judgeAudience(claims.aud, cluster);
  if (objection !== null) return objection;

  const read = readKubernetesClaims(claims);
  if (read.kind === 'refused') return read;
  if (jti !== undefined && !isSafeId(jti)) return refused('token_claim_invalid', 'jti');
  const times = judgeTimes(claims, cluster, nowMs);
  if (times.kind === 'refused') return times;

  const { namespace, serviceAccount, pod, node } = read;
  const { expiresAtSeconds, issuedAtSeconds } = times;
  const workload = {
    cluster: cluster.name,
    identityDomain: cluster.identityDomain,
    namespace,
    serviceAccount,
    pod,
    node,
    source: { expiresAtSeconds, issuedAtSeconds, jti: jti ?? null, claims },
  } as ProvenWorkload;
  return { kind: 'proven', workload };
}

/** A cluster that demands `review` or `watch` is never proved by less: its tokens wait until its API server is asked. */
function demandOffline({ name, validation }: Cluster): void {
  if (validation.mode === 'offline') return;
  throw new UnavailableError(
    'internal_error',
    `cluster ${name} demands validation mode ${validation.mode}, which is not available`,
  );
}
