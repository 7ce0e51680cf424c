import type { Policy } from '../decision/compile-policy.ts';
import type { DescribedObject, DescribedWorkload } from '../workload/workload.ts';
import type { WorkloadFacts } from '../workload/workload-facts.ts';

/** Of a cluster that is not in the policy nothing is known: it is in no identity domain but its own. */
export function describedWorkload(facts: WorkloadFacts, policy: Policy): DescribedWorkload {
  return {
    cluster: facts.cluster,
    identityDomain: policy.clusterNamed(facts.cluster)?.identityDomain ?? facts.cluster,
    namespace: facts.namespace,
    serviceAccount: { name: facts.serviceAccount, uid: facts.serviceAccountUid },
    pod: describedObject(facts.pod, facts.podUid),
    node: describedObject(facts.node, facts.nodeUid),
    source: null,
  };
}

function describedObject(name: string | null, uid: string | null): DescribedObject | null {
  return name === null && uid === null ? null : { name, uid };
}
