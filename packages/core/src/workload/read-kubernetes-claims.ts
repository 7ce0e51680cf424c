import { isJsonObject } from '../json/is-json-object.ts';
import { isDnsLabel, isDnsSubdomain } from '../mapping/names.ts';
import type { JsonValue } from '../mapping/objects.ts';
import { type Refused, refused } from '../result.ts';
import { isSafeId } from './is-safe-id.ts';
import type { NodeReference, ObjectReference, Workload } from './workload.ts';

export type KubernetesClaimReason =
  | 'token_claim_missing'
  | 'token_claim_invalid'
  | 'token_subject_mismatch'
  | 'token_secret_bound';

export interface KubernetesClaims extends Pick<Workload, 'namespace' | 'serviceAccount' | 'pod' | 'node'> {
  readonly kind: 'read';
}

/**
 * Reads who the token speaks of: the claim `kubernetes.io`, with which `sub` must agree word for word. Names must be
 * such as Kubernetes gives, for subjects are spelled from them.
 */
export function readKubernetesClaims(claims: {
  readonly [name: string]: JsonValue;
}): KubernetesClaims | Refused<KubernetesClaimReason> {
  const { sub, 'kubernetes.io': kubernetes } = claims;
  if (sub === undefined) return refused('token_claim_missing', 'sub');
  if (kubernetes === undefined) return refused('token_claim_missing', 'kubernetes.io');
  if (typeof sub !== 'string') return refused('token_claim_invalid', 'sub');
  if (!isJsonObject(kubernetes)) return refused('token_claim_invalid', 'kubernetes.io');

  const { namespace } = kubernetes;
  const serviceAccount = readReference(kubernetes.serviceaccount);
  if (typeof namespace !== 'string' || !isDnsLabel(namespace)) return invalid('namespace');
  if (serviceAccount === null) return invalid('serviceaccount');
  if (sub !== `system:serviceaccount:${namespace}:${serviceAccount.name}`) {
    return refused('token_subject_mismatch');
  }

  const pod = kubernetes.pod === undefined ? null : readReference(kubernetes.pod);
  if (pod === null && kubernetes.pod !== undefined) return invalid('pod');
  const node = kubernetes.node === undefined ? null : readNode(kubernetes.node, pod);
  if (node === null && kubernetes.node !== undefined) return invalid('node');
  // Whether the Secret still exists is only for the API server to say: we never ask for any right on Secrets.
  if (kubernetes.secret !== undefined) return refused('token_secret_bound');
  return { kind: 'read', namespace, serviceAccount, pod, node };
}

function readReference(value: JsonValue | undefined): ObjectReference | null {
  if (!isJsonObject(value)) return null;
  const { name, uid } = value;
  return isSubdomain(name) && isSafeId(uid) ? { name, uid } : null;
}

/** A pod may be assigned to a node that does not exist (yet): then the API server writes the node's name alone. */
function readNode(value: JsonValue, pod: ObjectReference | null): NodeReference | null {
  if (pod !== null && isJsonObject(value) && value.uid === undefined && isSubdomain(value.name)) {
    return { name: value.name, uid: null };
  }
  return readReference(value);
}

function isSubdomain(name: JsonValue | undefined): name is string {
  return typeof name === 'string' && isDnsSubdomain(name);
}

function invalid(member: string): Refused<'token_claim_invalid'> {
  return refused('token_claim_invalid', `kubernetes.io: ${member}`);
}
