import type { TargetSpec } from '../mapping/objects.ts';
import type { JsonPath } from './json-path.ts';
import { audiencesOutside } from './judge-identity-system.ts';
import type { Objection } from './objection.ts';
import { isReservedAudience } from './reserved-audience.ts';

export interface TargetChange {
  readonly spec: TargetSpec;
  /** Of the system that owns the target. */
  readonly audiencePatterns: readonly string[];
  /** The audiences among the spec's that another target claims. */
  readonly claimedElsewhere: ReadonlySet<string>;
  /** The audiences of all clusters, defaults filled in. */
  readonly clusterAudiences: ReadonlySet<string>;
  /** The broker's. */
  readonly issuer: string;
}

/**
 * An audience leads to one target, so it is claimed once over the deployment, within what the system may claim, and
 * never one that the broker or a cluster answers to. Taken and reserved are one objection: it does not tell by whom.
 */
export function judgeTarget(change: TargetChange): Objection[] {
  const { spec, audiencePatterns, claimedElsewhere } = change;
  const outside = new Set(audiencesOutside(spec, audiencePatterns));
  const objections: Objection[] = [];
  const judge = (audience: string, path: JsonPath, isTaken: boolean) => {
    // What lies outside is not looked up: a system cannot find out by trying what others claim.
    if (outside.has(audience)) objections.push({ code: 'audience_outside_patterns', path });
    else if (isTaken || isReserved(audience, change)) objections.push({ code: 'audience_taken', path });
  };
  for (const [index, audience] of spec.audiences.entries()) {
    judge(audience, ['audiences', index], claimedElsewhere.has(audience));
  }
  // Several targets may issue for one audience, as clouds have it: every subject begins with its own system's name.
  if (spec.issuedAudience !== undefined) judge(spec.issuedAudience, ['issuedAudience'], false);
  return objections;
}

function isReserved(audience: string, { clusterAudiences, issuer }: TargetChange): boolean {
  return clusterAudiences.has(audience) || isReservedAudience(audience, issuer);
}
