import type { DescribedWorkload, ProvenWorkload } from './workload.ts';

/**
 * A workload in plain names and uids: what revocations compare, what the audit trail keeps, and what somebody gives
 * who describes one. Null is what its token is not bound to, or what the description left out: it equals nothing.
 */
export interface WorkloadFacts {
  readonly cluster: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly serviceAccountUid: string | null;
  readonly pod: string | null;
  readonly podUid: string | null;
  readonly node: string | null;
  readonly nodeUid: string | null;
}

export function workloadFacts(workload: ProvenWorkload | DescribedWorkload): WorkloadFacts {
  return {
    cluster: workload.cluster,
    namespace: workload.namespace,
    serviceAccount: workload.serviceAccount.name,
    serviceAccountUid: workload.serviceAccount.uid,
    pod: workload.pod?.name ?? null,
    podUid: workload.pod?.uid ?? null,
    node: workload.node?.name ?? null,
    nodeUid: workload.node?.uid ?? null,
  };
}
