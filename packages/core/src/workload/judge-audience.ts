import type { Cluster } from '../decision/policy.ts';
import type { JsonValue } from '../mapping/objects.ts';
import { type Refused, refused } from '../result.ts';

export type AudienceReason =
  | 'token_claim_missing'
  | 'token_claim_invalid'
  | 'token_audience_wrong'
  | 'token_audience_shared'
  | 'token_audience_api_server';

/**
 * Judges `aud` (RFC 7519 §4.1.3), which must name us and nobody else. Whoever else is named also receives the token,
 * and could exchange it in the workload's name; and with the API server's own audience, which no cluster can allow,
 * a relying party that got hold of it would act as the workload in its cluster. Null: nothing to object.
 */
export function judgeAudience(aud: JsonValue | undefined, cluster: Cluster): Refused<AudienceReason> | null {
  if (aud === undefined) return refused('token_claim_missing', 'aud');
  const audiences = Array.isArray(aud) ? (aud as readonly JsonValue[]) : [aud];
  if (audiences.length === 0 || !audiences.every(isAudience)) return refused('token_claim_invalid', 'aud');

  if (audiences.some((audience) => cluster.apiServerAudiences.includes(audience))) {
    return refused('token_audience_api_server');
  }
  const ours = audiences.filter((audience) => cluster.audiences.includes(audience));
  if (ours.length === 0) return refused('token_audience_wrong');
  if (ours.length < audiences.length && !cluster.allowSharedAudience) return refused('token_audience_shared');
  return null;
}

function isAudience(audience: JsonValue): audience is string {
  return typeof audience === 'string' && audience !== '';
}
