import type { Policy } from '../decision/compile-policy.ts';
import type { Cluster } from '../decision/policy.ts';
import type { JsonValue } from '../mapping/objects.ts';
import type { TokenReason } from '../reasons.ts';
import { parseSubjectToken } from '../workload/parse-subject-token.ts';
import { alike } from './alike.ts';
import type { NearMiss } from './explanation.ts';

/**
 * What an unproven token falls short of by a slash or the case of letters. What the token says is anybody's word: it
 * is compared, and only the value that is configured here is ever named.
 */
export function nearMissesOfToken(
  subjectToken: string,
  refusal: { readonly reason: TokenReason; readonly cluster: Cluster | null },
  policy: Policy,
): readonly NearMiss[] {
  const parsed = parseSubjectToken(subjectToken);
  if (parsed.kind === 'refused') return [];
  const { issuer, claims } = parsed.token;
  if (refusal.reason === 'token_issuer_unknown') {
    return policy.clusters.flatMap(({ name, issuers }) =>
      alike(issuers, [issuer]).map(({ kind, value, butFor }) => ({
        kind,
        detail: `The token's issuer is ${value} of cluster ${name} but for ${butFor}.`,
      })),
    );
  }
  if (refusal.reason !== 'token_audience_wrong' || refusal.cluster === null) return [];
  return alike(refusal.cluster.audiences, textsOf(claims.aud)).map(({ kind, value, butFor }) => ({
    kind,
    detail: `An audience of the token is the cluster's ${value} but for ${butFor}.`,
  }));
}

function textsOf(claim: JsonValue | undefined): readonly string[] {
  const values = Array.isArray(claim) ? (claim as readonly JsonValue[]) : [claim];
  return values.filter((value) => typeof value === 'string');
}
