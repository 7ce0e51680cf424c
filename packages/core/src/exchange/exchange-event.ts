import type { AuditedCredential, AuditedWorkload, ExchangeEvent } from '../audit/events.ts';
import type { Epoch } from '../configuration/stored-object.ts';
import type { Decision } from '../decision/decision.ts';
import type { ProvenWorkload } from '../workload/workload.ts';
import type { ExchangeRequest } from './exchange-request.ts';
import type { MintedCredential } from './mint-credential.ts';

/** What an exchange was decided on, and how. */
export interface Decided {
  readonly request: ExchangeRequest;
  readonly epoch: Epoch;
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
    grantType: request.grantType,
    outcome: decision.kind === 'issue' ? 'issued' : 'refused',
    reason: decision.kind === 'issue' ? null : decision.reason,
    epoch: decided.epoch,
    workload: auditedWorkload(decided.workload),
    requested: { audiences: request.audiences, scopes: request.scopes, tokenType: request.tokenType },
    clientId: request.clientId,
    identitySystem: decision.identitySystem,
    target: decision.target,
    rule: decision.rule,
    credential:
      decision.kind === 'issue' && credential !== null ? auditedCredential(decision, credential) : null,
  };
}

function auditedWorkload(workload: ProvenWorkload): AuditedWorkload {
  return {
    cluster: workload.cluster,
    namespace: workload.namespace,
    serviceAccount: workload.serviceAccount.name,
    serviceAccountUid: workload.serviceAccount.uid,
    pod: workload.pod?.name ?? null,
    podUid: workload.pod?.uid ?? null,
    node: workload.node?.name ?? null,
    nodeUid: workload.node?.uid ?? null,
    sourceJti: workload.source.jti,
  };
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
