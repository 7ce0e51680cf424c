import type { IssueDecision } from '../decision/decision.ts';
import type { JsonValue } from '../mapping/objects.ts';
import { isRuleClaimName } from '../mapping/reserved-claims.ts';
import type { DescribedObject, DescribedWorkload, ProvenWorkload } from '../workload/workload.ts';

/*
 * What a credential says, and the ports of the keys that sign it. The payload is a pure function of a decision and
 * the proven workload, apart from signing, so that `explain` shows the very claims that an exchange would issue.
 */

interface ClaimsInput {
  /** A described workload only for `explain`: nothing is signed for one. */
  readonly workload: ProvenWorkload | DescribedWorkload;
  readonly decision: IssueDecision;
  readonly issuer: string;
  readonly jti: string;
  readonly nowSeconds: number;
  /** The authenticated client, or null where the subject token is the credential. */
  readonly clientId: string | null;
}

/**
 * The payload of the credential, times in Unix seconds. All types carry `iss sub aud exp iat`, the `jti` by which
 * audit and revocation know a credential, `identity_system`, `cluster` and `kubernetes.io`; beside these:
 *
 * - access token (RFC 9068 §2.2): `nbf`, `client_id`, and `scope` where any was granted;
 * - plain JWT: `nbf`, and `scope` where any was granted (RFC 8693 §4.2), for its reader learns of it nowhere else;
 *   no `client_id`, since it is not an OAuth access token;
 * - ID token (OpenID Connect Core §2): nothing more. It says who somebody is, not what they may do.
 *
 * The rule's claims come first and the broker's are written over them. Names that no rule may set are left out once
 * more, even where this type of credential does not carry them: no rule forges a `cnf`, an `act` or a `scope`.
 */
export function buildClaims(input: ClaimsInput): { readonly [name: string]: unknown } {
  const { decision, workload, nowSeconds } = input;
  const kubernetes = kubernetesClaim(workload, decision.include);
  return {
    ...ruleClaims(decision.claims),
    iss: input.issuer,
    sub: decision.subject,
    aud: decision.audience.length === 1 ? decision.audience[0] : decision.audience,
    iat: nowSeconds,
    exp: decision.expiresAtSeconds,
    jti: input.jti,
    ...claimsOfType(input),
    identity_system: decision.identitySystem,
    cluster: workload.cluster,
    'kubernetes.io': kubernetes,
    ...(decision.include.includes('flat') ? flatClaims(kubernetes) : {}),
  };
}

function ruleClaims(claims: IssueDecision['claims']): { readonly [name: string]: JsonValue } {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => isRuleClaimName(name)));
}

function claimsOfType({ decision, nowSeconds, clientId }: ClaimsInput): { readonly [name: string]: unknown } {
  const scope = decision.scopes.length === 0 ? {} : { scope: decision.scopes.join(' ') };
  switch (decision.tokenType) {
    case 'access_token':
      return { nbf: nowSeconds, client_id: clientId ?? decision.subject, ...scope };
    case 'jwt':
      return { nbf: nowSeconds, ...scope };
    case 'id_token':
      return {};
  }
}

/** The `kubernetes.io` claim, in the shape that ServiceAccount tokens have it. */
interface KubernetesClaim {
  readonly namespace: string;
  readonly serviceaccount: ObjectClaim;
  readonly pod?: ObjectClaim;
  readonly node?: ObjectClaim;
}

/** Without `uid` where the API server did not know a pod's node: Kubernetes leaves it out likewise. */
interface ObjectClaim {
  readonly name?: string;
  readonly uid?: string;
}

function kubernetesClaim(
  workload: ProvenWorkload | DescribedWorkload,
  include: IssueDecision['include'],
): KubernetesClaim {
  const { namespace, serviceAccount, pod, node } = workload;
  return {
    namespace,
    serviceaccount: objectClaim(serviceAccount),
    ...(pod !== null && include.includes('pod') ? { pod: objectClaim(pod) } : {}),
    ...(node !== null && include.includes('node') ? { node: objectClaim(node) } : {}),
  };
}

function objectClaim({ name, uid }: DescribedObject): ObjectClaim {
  return { ...(name === null ? {} : { name }), ...(uid === null ? {} : { uid }) };
}

/** Copies of what `kubernetes.io` holds, and of nothing else: the pod only where the pod was asked for. */
function flatClaims(kubernetes: KubernetesClaim): { readonly [name: string]: string } {
  const { namespace, serviceaccount, pod, node } = kubernetes;
  return {
    k8s_namespace: namespace,
    ...flatCopy('k8s_serviceaccount', serviceaccount),
    ...flatCopy('k8s_pod', pod),
    ...flatCopy('k8s_node', node),
  };
}

function flatCopy(name: string, object: ObjectClaim | undefined): { readonly [name: string]: string } {
  return {
    ...(object?.name === undefined ? {} : { [name]: object.name }),
    ...(object?.uid === undefined ? {} : { [`${name}_uid`]: object.uid }),
  };
}
