import { randomUUID } from 'node:crypto';
import { DEFAULT_ISSUER, kubernetesToken, type ObjectReference } from './kubernetes-token.ts';
import type { RawSigner } from './sign-raw.ts';
import { createSigningKey, type PublicJwk, type SigningAlgorithm, type SigningKey } from './signing-key.ts';

export interface TokenIssuerOptions {
  /** Default: the issuer of a kubeadm cluster. */
  issuer?: string;
  /** Milliseconds since the epoch; default `Date.now`. */
  now?: () => number;
  /** Of the keys that are made here; default RS256. */
  alg?: SigningAlgorithm;
  /** The first signs; all are published. Default: one fresh key. */
  signingKeys?: readonly SigningKey[];
}

/** Objects named by a string get a uid that stays the same until they are re-created. */
export interface IssueTokenOptions {
  namespace: string;
  serviceAccount: string | ObjectReference;
  audiences: readonly string[];
  /** Default 3600. */
  ttlSeconds?: number;
  pod?: string | ObjectReference;
  node?: string | ObjectReference;
  secret?: string | ObjectReference;
  warnAfterSeconds?: number;
  /** Replaces top-level claims; a member that is `undefined` removes its claim. */
  overrides?: Record<string, unknown>;
  /** Replaces header members; a member that is `undefined` removes it. */
  header?: Record<string, unknown>;
  /** Signs in place of the current key, whose `alg` and `kid` the header still names. */
  signer?: RawSigner;
}

/** The part of a cluster that signs ServiceAccount tokens, without a server: for tests that need no socket. */
export interface TokenIssuer {
  issuer: string;
  issueToken(options: IssueTokenOptions): string;
  /** The key that signs now. */
  signingKey(): SigningKey;
  /** Every published key, the signing one first. */
  publishedKeys(): readonly SigningKey[];
  jwks(): { keys: PublicJwk[] };
  /** A new key signs from now on; the others stay published unless `dropPrevious`. Returns the new key. */
  rotateKey(options?: { dropPrevious?: boolean }): SigningKey;
  serviceAccountUid(namespace: string, name: string): string;
  podUid(namespace: string, name: string): string;
  /** The same name, a new uid, which is returned. */
  recreateServiceAccount(namespace: string, name: string): string;
  recreatePod(namespace: string, name: string): string;
}

export function createTokenIssuer(options: TokenIssuerOptions = {}): TokenIssuer {
  const { issuer = DEFAULT_ISSUER, now = Date.now, alg = 'RS256', signingKeys = [] } = options;
  const [givenKey, ...otherKeys] = signingKeys;
  let current = givenKey ?? createSigningKey(alg);
  let previous = otherKeys;
  const uids = createUidRegistry();

  return {
    issuer,
    issueToken: ({ namespace, serviceAccount, pod, node, secret, ...rest }) =>
      kubernetesToken({
        ...rest,
        issuer,
        namespace,
        nowMs: now(),
        signingKey: current,
        serviceAccount: uids.resolve('ServiceAccount', namespace, serviceAccount),
        ...(pod && { pod: uids.resolve('Pod', namespace, pod) }),
        ...(node && { node: uids.resolve('Node', '', node) }),
        ...(secret && { secret: uids.resolve('Secret', namespace, secret) }),
      }),
    signingKey: () => current,
    publishedKeys: () => [current, ...previous],
    jwks: () => ({ keys: [current, ...previous].map((key) => key.publicJwk) }),
    rotateKey: ({ dropPrevious = false } = {}) => {
      previous = dropPrevious ? [] : [current, ...previous];
      current = createSigningKey(alg);
      return current;
    },
    serviceAccountUid: (namespace, name) => uids.resolve('ServiceAccount', namespace, name).uid,
    podUid: (namespace, name) => uids.resolve('Pod', namespace, name).uid,
    recreateServiceAccount: (namespace, name) => uids.recreate('ServiceAccount', namespace, name),
    recreatePod: (namespace, name) => uids.recreate('Pod', namespace, name),
  };
}

type Kind = 'ServiceAccount' | 'Pod' | 'Node' | 'Secret';

function createUidRegistry() {
  const uids = new Map<string, string>();
  const recreate = (kind: Kind, namespace: string, name: string): string => {
    const uid = randomUUID();
    uids.set(JSON.stringify([kind, namespace, name]), uid);
    return uid;
  };
  const resolve = (kind: Kind, namespace: string, object: string | ObjectReference): ObjectReference => {
    if (typeof object !== 'string') return object;
    const known = uids.get(JSON.stringify([kind, namespace, object]));
    return { name: object, uid: known ?? recreate(kind, namespace, object) };
  };
  return { recreate, resolve };
}
