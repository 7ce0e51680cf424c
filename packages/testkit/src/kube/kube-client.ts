import { randomBytes } from 'node:crypto';
import type { ObjectReference } from '../kubernetes-token.ts';
import type { PublicJwk } from '../signing-key.ts';
import type { KubeRest } from './kube-rest.ts';

const DISCOVERY_ROLE = 'system:service-account-issuer-discovery';

/** The namespace and name of an object. */
export interface ObjectKey {
  namespace: string;
  name: string;
}

export interface PodOptions extends ObjectKey {
  /** Must exist in the namespace. */
  serviceAccount: string;
  /** Need not exist; node claims appear in tokens where it does. */
  nodeName?: string;
}

export interface TokenRequestOptions {
  namespace: string;
  serviceAccount: string;
  /** Default: the API server's own audiences. */
  audiences?: readonly string[];
  /** At least 600; default 3600. */
  expirationSeconds?: number;
  boundObjectRef?: ObjectReference & { kind: 'Pod' | 'Node' | 'Secret' };
}

/** `status` of a TokenReview: `authenticated` is absent from a refusal, `user` then empty. */
export interface TokenReviewStatus {
  authenticated?: boolean;
  user: { username?: string; uid?: string; groups?: string[]; extra?: Record<string, string[]> };
  audiences?: string[];
  error?: string;
}

export interface RbacRule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  nonResourceURLs?: string[];
}

/** ClusterRoles that exist, and rules for which one is made. */
export interface Rights {
  clusterRoles?: readonly string[];
  rules?: readonly RbacRule[];
}

/**
 * What tests do to a cluster, as its administrator. Everything but `request` throws an Error with status and
 * body when the API server does not answer 2xx.
 */
export interface KubeClient extends Pick<KubeRest, 'request'> {
  /** Makes the name up when none is given, and returns it: a namespace never finishes deleting here. */
  createNamespace(name?: string): Promise<string>;
  createServiceAccount(key: ObjectKey): Promise<ObjectReference>;
  /** A pod that stays Pending: nothing runs it. */
  createPod(options: PodOptions): Promise<ObjectReference>;
  createNode(name: string): Promise<ObjectReference>;
  createSecret(key: ObjectKey): Promise<ObjectReference>;
  deleteServiceAccount(key: ObjectKey): Promise<void>;
  /** Gone at once with a grace of 0 seconds, the default; with more it stays Terminating for good. */
  deletePod(key: ObjectKey & { gracePeriodSeconds?: number }): Promise<void>;
  deleteNode(name: string): Promise<void>;
  deleteSecret(key: ObjectKey): Promise<void>;
  /** The token itself. */
  requestToken(options: TokenRequestOptions): Promise<string>;
  reviewToken(review: { token: string; audiences?: readonly string[] }): Promise<TokenReviewStatus>;
  readJwks(): Promise<{ keys: PublicJwk[] }>;
  /** Grants cluster-wide. */
  grant(serviceAccount: ObjectKey, rights: Rights): Promise<void>;
  /** A bearer token with the API audience, valid an hour, of a new ServiceAccount with these rights. */
  createCredential(rights: Rights): Promise<string>;
  /**
   * The credential of one that may read discovery and JWKS. By default any ServiceAccount may; the binding of
   * its own keeps this true where that default was removed.
   */
  createJwksReader(): Promise<string>;
  /** The credential of one that may create TokenReviews besides. */
  createTokenReviewer(): Promise<string>;
}

export function createKubeClient({ request, call, create }: KubeRest): KubeClient {
  const createNamespace: KubeClient['createNamespace'] = async (
    name = `ns-${randomBytes(4).toString('hex')}`,
  ) => {
    await create('/api/v1/namespaces', { metadata: { name } });
    return name;
  };

  const createServiceAccount: KubeClient['createServiceAccount'] = ({ namespace, name }) =>
    create(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } });

  const requestToken: KubeClient['requestToken'] = async (options) => {
    const { namespace, serviceAccount, boundObjectRef: bound, ...rest } = options;
    const spec = { ...rest, ...(bound && { boundObjectRef: { apiVersion: 'v1', ...bound } }) };
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
    const { status } = await call<{ status: { token: string } }>({ method: 'POST', path, body: { spec } });
    return status.token;
  };

  const grant: KubeClient['grant'] = async (serviceAccount, { clusterRoles = [], rules = [] }) => {
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    const names = [...clusterRoles];
    if (rules.length > 0) {
      const role = await create(`${rbac}/clusterroles`, { metadata: { generateName: 'test-' }, rules });
      names.push(role.name);
    }
    for (const name of names) {
      await create(`${rbac}/clusterrolebindings`, {
        metadata: { generateName: 'test-' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
        subjects: [{ kind: 'ServiceAccount', ...serviceAccount }],
      });
    }
  };

  const createCredential: KubeClient['createCredential'] = async (rights) => {
    const key = { namespace: await createNamespace(), name: 'credential' };
    await createServiceAccount(key);
    await grant(key, rights);
    return requestToken({ namespace: key.namespace, serviceAccount: key.name });
  };

  const remove = async (path: string, body?: object): Promise<void> => {
    await call<unknown>({ method: 'DELETE', path, body });
  };

  return {
    request,
    createNamespace,
    createServiceAccount,
    createPod: ({ namespace, name, serviceAccount, nodeName }) =>
      create(`/api/v1/namespaces/${namespace}/pods`, {
        metadata: { name },
        spec: {
          serviceAccountName: serviceAccount,
          containers: [{ name: 'main', image: 'example.test/none' }],
          ...(nodeName && { nodeName }),
        },
      }),
    createNode: (name) => create('/api/v1/nodes', { metadata: { name } }),
    createSecret: ({ namespace, name }) =>
      create(`/api/v1/namespaces/${namespace}/secrets`, { metadata: { name } }),
    deleteServiceAccount: ({ namespace, name }) =>
      remove(`/api/v1/namespaces/${namespace}/serviceaccounts/${name}`),
    deletePod: ({ namespace, name, gracePeriodSeconds = 0 }) =>
      remove(`/api/v1/namespaces/${namespace}/pods/${name}`, { gracePeriodSeconds }),
    deleteNode: (name) => remove(`/api/v1/nodes/${name}`),
    deleteSecret: ({ namespace, name }) => remove(`/api/v1/namespaces/${namespace}/secrets/${name}`),
    requestToken,
    reviewToken: async (spec) => {
      const path = '/apis/authentication.k8s.io/v1/tokenreviews';
      const review = await call<{ status: TokenReviewStatus }>({ method: 'POST', path, body: { spec } });
      return review.status;
    },
    readJwks: () => call({ path: '/openid/v1/jwks', headers: { Accept: 'application/jwk-set+json' } }),
    grant,
    createCredential,
    createJwksReader: () => createCredential({ clusterRoles: [DISCOVERY_ROLE] }),
    createTokenReviewer: () => createCredential({ clusterRoles: [DISCOVERY_ROLE, 'system:auth-delegator'] }),
  };
}
