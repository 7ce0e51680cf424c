import { buildClaims } from '../credential/build-claims.ts';
import type { ExplainedCredential } from './explanation.ts';
import { type LockOut, lockOutOf } from './lock-out.ts';
import type { Question } from './question.ts';

/** The `jti` of claims that nothing is signed for. */
const JTI_PLACEHOLDER = 'explained-and-not-issued';

/** What would be issued, or null. */
export function explainedCredential(
  { workload, asked, decision, policy }: Question,
  issuer: string,
): ExplainedCredential | null {
  if (decision.kind === 'refuse') return null;
  const { nowSeconds, clientId } = asked;
  return {
    tokenType: decision.tokenType,
    scopes: decision.scopes,
    expiresInSeconds: decision.expiresAtSeconds - nowSeconds,
    claims: buildClaims({ workload, decision, issuer, jti: JTI_PLACEHOLDER, nowSeconds, clientId }),
    isClampedBySource: workload.source !== null && !mayOutliveSource({ asked, policy }),
  };
}

/** Null where the cluster is not one of the policy's. */
export function lockOutOfWorkload({ workload, asked, decision, policy }: Question): LockOut | null {
  const cluster = policy.clusterNamed(workload.cluster);
  if (cluster === undefined) return null;
  const { source } = workload;
  return lockOutOf(
    cluster,
    decision.kind === 'refuse'
      ? null
      : {
          lifetimeSeconds: decision.expiresAtSeconds - asked.nowSeconds,
          mayOutliveSource: mayOutliveSource({ asked, policy }),
        },
    source === null ? null : source.expiresAtSeconds - asked.nowSeconds,
  );
}

/** Of the one target that all audiences name. */
function mayOutliveSource({ asked, policy }: Pick<Question, 'asked' | 'policy'>): boolean {
  return asked.audiences.some((audience) => policy.targetOfAudience(audience)?.mayOutliveSource);
}
