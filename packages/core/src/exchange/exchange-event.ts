import type { AuditedCredential, AuditedRequest, AuditedWorkload, ExchangeEvent } from '../audit/events.ts';
import type { Policy } from '../decision/compile-policy.ts';
import type { Decision } from '../decision/decision.ts';
import type { DescribedWorkload, ProvenWorkload } from '../workload/workload.ts';
import { workloadFacts } from '../workload/workload-facts.ts';
import type { ExchangeRequest } from './exchange-request.ts';
import type { MintedCredential } from './mint-credential.ts';

/** What an exchange was decided on, and how. */
export interface Decided {
  readonly request: ExchangeRequest;
  readonly policy: Policy;
  readonly workload: ProvenWorkload;
  readonly decision: Decision;
  readonly atMs: number;
}

/** The audit event of a decided exchange; `credential` is what was signed, and null for a refusal. */
export function exchangeEvent(decided: Decided, credential: MintedCredential | null): ExchangeEvent {
  const { request, decision } = decided;
  return {
    kind: 'exchange',
    atMs: decided.atMs,
    requestId: request.requestId,
    traceId: request.traceId,
    grantType: request.grantType,
    outcome: decision.kind === 'issue' ? 'issued' : 'refused',
    reason: decision.kind === 'issue' ? null : decision.reason,
    epoch: decided.policy.epoch,
    workload: auditedWorkload(decided.workload),
    requested: auditedRequest(request, decided.policy),
    clientId: request.clientId,
    identitySystem: decision.identitySystem,
    target: decision.target,
    rule: decision.rule,
    credential:
      decision.kind === 'issue' && credential !== null ? auditedCredential(decision, credential) : null,
  };
}

export function auditedRequest(
  { audiences, scopes, tokenType }: Pick<ExchangeRequest, 'audiences' | 'scopes' | 'tokenType'>,
  policy: Policy,
): AuditedRequest {
  const targets = audiences.map((audience) => policy.targetOfAudience(audience));
  const knownAudiences = audiences.filter((_, index) => targets[index] !== undefined);
  const knownScopes = scopes.filter((scope) => targets.some((target) => target?.scopes.includes(scope)));
  return {
    audiences: knownAudiences,
    unknownAudiences: audiences.length - knownAudiences.length,
    scopes: knownScopes,
    unknownScopes: scopes.length - knownScopes.length,
    tokenType,
  };
}

export function auditedWorkload(workload: ProvenWorkload | DescribedWorkload): AuditedWorkload {
  return { ...workloadFacts(workload), sourceJti: workload.source?.jti ?? null };
}

function auditedCredential(
  decision: Extract<Decision, { kind: 'issue' }>,
  credential: MintedCredential,
): AuditedCredential {
  return {
    subject: decision.subject,
    audience: decision.audience,
    scopes: decision.scopes,
    tokenType: decision.tokenType,
    jti: credential.jti,
    sha256: credential.sha256,
    issuedAtSeconds: credential.issuedAtSeconds,
    expiresAtSeconds: decision.expiresAtSeconds,
  };
}
