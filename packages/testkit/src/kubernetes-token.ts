import { randomUUID } from 'node:crypto';
import { type RawSigner, signRaw } from './sign-raw.ts';
import type { SigningKey } from './signing-key.ts';

export const DEFAULT_ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** A Kubernetes object as token claims name it. */
export interface ObjectReference {
  name: string;
  uid: string;
}

/** The claims of a token made by TokenRequest. Times are seconds since the epoch. */
export interface KubernetesClaims {
  aud: string[];
  exp: number;
  iat: number;
  iss: string;
  jti: string;
  'kubernetes.io': {
    namespace: string;
    node?: ObjectReference;
    pod?: ObjectReference;
    secret?: ObjectReference;
    serviceaccount: ObjectReference;
    warnafter?: number;
  };
  nbf: number;
  sub: string;
}

export interface KubernetesClaimsOptions {
  /** Default: the issuer of a kubeadm cluster. */
  issuer?: string;
  namespace: string;
  serviceAccount: ObjectReference;
  audiences: readonly string[];
  /** Default 3600, as TokenRequest's. */
  ttlSeconds?: number;
  /** Milliseconds since the epoch; default `Date.now()`. */
  nowMs?: number;
  pod?: ObjectReference;
  node?: ObjectReference;
  secret?: ObjectReference;
  /** Sets `warnafter`, which marks the one-year tokens that stand for ones of `warnAfterSeconds`. */
  warnAfterSeconds?: number;
}

export interface KubernetesTokenOptions extends KubernetesClaimsOptions {
  signingKey: SigningKey;
  /** Replaces top-level claims; a member that is `undefined` removes its claim. */
  overrides?: Record<string, unknown>;
  /** Replaces header members; a member that is `undefined` removes it. */
  header?: Record<string, unknown>;
  /** Default: the signing key. The header still names the signing key. */
  signer?: RawSigner;
}

/** A signed token in the shape that TokenRequest gives: header `alg` and `kid` alone, members in its order. */
export function kubernetesToken(options: KubernetesTokenOptions): string {
  const { signingKey, overrides = {}, header = {}, signer = signingKey } = options;
  return signRaw(
    { alg: signingKey.alg, kid: signingKey.kid, ...header },
    { ...kubernetesClaims(options), ...overrides },
    signer,
  );
}

export function kubernetesClaims(options: KubernetesClaimsOptions): KubernetesClaims {
  const { namespace, serviceAccount, node, pod, secret, warnAfterSeconds } = options;
  const issuedAt = Math.floor((options.nowMs ?? Date.now()) / 1_000);
  return {
    aud: [...options.audiences],
    exp: issuedAt + (options.ttlSeconds ?? 3_600),
    iat: issuedAt,
    iss: options.issuer ?? DEFAULT_ISSUER,
    jti: randomUUID(),
    'kubernetes.io': {
      namespace,
      ...(node && { node }),
      ...(pod && { pod }),
      ...(secret && { secret }),
      serviceaccount: serviceAccount,
      ...(warnAfterSeconds !== undefined && { warnafter: issuedAt + warnAfterSeconds }),
    },
    nbf: issuedAt,
    sub: `system:serviceaccount:${namespace}:${serviceAccount.name}`,
  };
}

export interface LegacyClaimsOptions {
  namespace: string;
  serviceAccount: ObjectReference;
  secretName: string;
}

/** The claims of a legacy token Secret: flat names, no audience, no times. */
export function legacyKubernetesClaims(options: LegacyClaimsOptions): Record<string, string> {
  const { namespace, serviceAccount, secretName } = options;
  return {
    iss: 'kubernetes/serviceaccount',
    'kubernetes.io/serviceaccount/namespace': namespace,
    'kubernetes.io/serviceaccount/secret.name': secretName,
    'kubernetes.io/serviceaccount/service-account.name': serviceAccount.name,
    'kubernetes.io/serviceaccount/service-account.uid': serviceAccount.uid,
    sub: `system:serviceaccount:${namespace}:${serviceAccount.name}`,
  };
}
