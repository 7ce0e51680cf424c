/**
 * What operators write: clusters, identity systems, targets, mapping rules, revocations, in the shape in which they
 * are stored. Fields with a fixed default are always present; an optional field left out has a default that depends
 * on something else, which `compilePolicy` fills in. Wire names and ranges: packages/protocol.
 *
 * This folder owns their vocabulary: the names and patterns that are legal, how a pattern matches and how closely, and
 * how a subject is spelled. It is apart from decision/ because the admin API judges by the same functions what
 * decisions later rely on.
 */

/** How the subjects of an identity system are spelled; fixed for good when the system is made. */
export type SubjectForm = '{namespace}.{serviceAccount}' | '{cluster}.{namespace}.{serviceAccount}';

export interface IdentitySystemSpec {
  readonly displayName: string;
  readonly subject: SubjectForm;
  /** The one identity domain whose workloads the system names. Present exactly when `subject` has no `{cluster}`. */
  readonly identityDomain?: string;
  /** Globs of the audiences that targets of this system may claim. */
  readonly audiencePatterns: readonly string[];
}

export type CredentialType = 'access_token' | 'id_token' | 'jwt';
export type SigningAlgorithm = 'ES256' | 'RS256' | 'PS256' | 'EdDSA';
/** Claims that a target gets only when it asks: the bound pod, its node, flat copies (`k8s_namespace`, ...). */
export type IncludedClaim = 'pod' | 'node' | 'flat';

export interface TargetSpec {
  /** The values of `audience` or `resource` by which the target is asked for. Unique over the deployment. */
  readonly audiences: readonly string[];
  /** The `aud` that is issued where the relying party fixes it; else what was asked for is issued. */
  readonly issuedAudience?: string;
  /** In order of preference: the first is issued when none is asked for. */
  readonly tokenTypes: readonly CredentialType[];
  readonly signingAlgorithm: SigningAlgorithm;
  readonly defaultTtlSeconds: number;
  readonly minTtlSeconds: number;
  readonly maxTtlSeconds: number;
  readonly mayOutliveSource: boolean;
  /** At most 255. A longer subject is refused, never cut. */
  readonly maxSubjectBytes: number;
  readonly scopes: readonly string[];
  readonly claims: { readonly include: readonly IncludedClaim[] };
  readonly enabled: boolean;
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

export interface RuleMatch {
  /** Exact names, or globs whose `*` stands for one or more characters. Required and non-empty, as are the next two. */
  readonly clusters: readonly string[];
  readonly namespaces: readonly string[];
  readonly serviceAccounts: readonly string[];
  /** Pins one ServiceAccount object: a re-created account of the same name has another uid and does not match. */
  readonly serviceAccountUid?: string;
  /** CEL. Its place is kept: the admin API refuses it until it is evaluated. */
  readonly condition?: string;
}

export interface MappingRuleSpec {
  readonly effect: 'allow' | 'deny';
  /** `shadow` keeps its place: the admin API refuses it until it is evaluated. */
  readonly enforcement: 'enforce' | 'shadow';
  readonly priority: number;
  readonly match: RuleMatch;
  readonly allowDefaultServiceAccount: boolean;
  /** Renders `<system>.shared/<name>` for every workload that the rule matches. */
  readonly sharedSubject?: string;
  /** Names or globs of targets of the rule's system. Required on an allow; a deny without covers the whole system. */
  readonly targets?: readonly string[];
  /** Left out: no scope. `["*"]`: those of the target. */
  readonly scopes?: readonly string[];
  readonly claims: { readonly [name: string]: JsonValue };
  readonly ttlSeconds?: number;
  /** RFC 3339 instants; the window is [notBefore, notAfter). */
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly enabled: boolean;
}

export type ProofMode = 'offline' | 'review' | 'watch';
export type SubjectTokenAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA';

/** A public JSON Web Key (RFC 7517 §4); anything but its public members was refused when it was written. */
export type PublicJwk = {
  readonly kty: string;
  readonly kid?: string;
  readonly alg?: string;
  readonly use?: string;
} & {
  readonly [member: string]: JsonValue | undefined;
};

export type JwksSource =
  | { readonly source: 'apiServer' }
  | {
      readonly source: 'discovery';
      readonly caBundle?: string;
      readonly allowedOrigins: readonly string[];
    }
  | {
      readonly source: 'uri';
      readonly uri: string;
      /** PEM; left out: the roots that Node trusts. */
      readonly caBundle?: string;
      readonly allowedOrigins: readonly string[];
    }
  | { readonly source: 'inline'; readonly keys: readonly PublicJwk[] };

/** How the broker shows itself to the cluster. The token itself is kept apart, sealed; the fingerprint stays here. */
export type ClusterCredential =
  | { readonly kind: 'token'; readonly fingerprint: string | null }
  | { readonly kind: 'tokenFile'; readonly path: string }
  | { readonly kind: 'inCluster' };

export interface ApiServer {
  /** https origin, no path. */
  readonly url: string;
  /** PEM; left out: the roots that Node trusts. */
  readonly caBundle?: string;
  /** Audiences that speak to the API server itself. Left out: `issuers[]` and the two names of kubernetes.default. */
  readonly audiences?: readonly string[];
  readonly credential?: ClusterCredential;
}

export interface ClusterSpec {
  readonly displayName: string;
  /** Left out: the cluster's own name. */
  readonly identityDomain?: string;
  readonly issuers: readonly string[];
  /** Left out: the broker's issuer. */
  readonly audiences?: readonly string[];
  readonly allowSharedAudience: boolean;
  readonly validation: { readonly mode: ProofMode; readonly jwks: JwksSource };
  readonly apiServer?: ApiServer;
  readonly allowedAlgorithms: readonly SubjectTokenAlgorithm[];
  readonly reviewCacheSeconds: number;
  readonly watchStaleSeconds: number;
  readonly lockOutOn: 'deletion' | 'termination';
  readonly maxTokenLifetimeSeconds: number;
  readonly clockSkewSeconds: number;
  readonly enabled: boolean;
}

/** Exactly one of the first four says what is revoked. */
export interface RevocationSpec {
  readonly sourceJti?: string;
  readonly credentialJti?: string;
  readonly subject?: string;
  readonly workload?: {
    readonly cluster?: string;
    readonly namespace?: string;
    readonly serviceAccount?: string;
    readonly serviceAccountUid?: string;
    readonly pod?: string;
    readonly podUid?: string;
    readonly node?: string;
    readonly nodeUid?: string;
  };
  /** Only tokens issued before this RFC 3339 instant; left out: all. */
  readonly issuedBefore?: string;
  readonly reason: string;
  /** RFC 3339; left out: for good. */
  readonly expiresAt?: string;
}
