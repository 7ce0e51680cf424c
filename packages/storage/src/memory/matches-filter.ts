import type { AuditEvent, AuditedWorkload, AuditFilter, ChangedObject } from '@symbolon/core';

type Searched = { readonly [Member in Exclude<keyof AuditFilter, 'fromMs' | 'untilMs'>]-?: string | null };

const NOTHING: Searched = {
  kind: null,
  outcome: null,
  reason: null,
  principal: null,
  cluster: null,
  namespace: null,
  serviceAccount: null,
  identitySystem: null,
  requestId: null,
  sourceJti: null,
  credentialJti: null,
  credentialSha256: null,
};

export function matchesFilter(event: AuditEvent, { fromMs, untilMs, ...wanted }: AuditFilter): boolean {
  if (fromMs !== undefined && event.atMs < fromMs) return false;
  if (untilMs !== undefined && event.atMs >= untilMs) return false;
  const searched = searchedOf(event);
  return Object.entries(wanted).every(
    ([member, value]) => value === undefined || searched[member as keyof Searched] === value,
  );
}

/** What an event can be found by: null is what it has not. */
function searchedOf(event: AuditEvent): Searched {
  const { kind } = event;
  switch (event.kind) {
    case 'exchange': {
      const { requestId, outcome, reason, identitySystem, credential } = event;
      return {
        ...NOTHING,
        ...ofWorkload(event.workload),
        kind,
        requestId,
        outcome,
        reason,
        identitySystem,
        credentialJti: credential?.jti ?? null,
        credentialSha256: credential?.sha256 ?? null,
      };
    }
    case 'explain': {
      const { requestId, principal, reason, identitySystem } = event;
      const found = { kind, requestId, principal, reason, identitySystem };
      return { ...NOTHING, ...ofWorkload(event.workload), ...found };
    }
    case 'change': {
      const { requestId, principal, object } = event;
      return { ...NOTHING, ...ofObject(object), kind, requestId, principal };
    }
    case 'access': {
      const { principal } = event;
      return { ...NOTHING, kind, principal };
    }
    case 'refusals': {
      const { reason, cluster } = event;
      return { ...NOTHING, kind, reason, cluster };
    }
  }
}

function ofWorkload(workload: AuditedWorkload | null): Partial<Searched> {
  if (workload === null) return {};
  const { cluster, namespace, serviceAccount, sourceJti } = workload;
  return { cluster, namespace, serviceAccount, sourceJti };
}

function ofObject({ kind, identitySystem, name }: ChangedObject): Partial<Searched> {
  return {
    cluster: kind === 'Cluster' ? name : null,
    identitySystem: identitySystem ?? (kind === 'IdentitySystem' ? name : null),
  };
}
