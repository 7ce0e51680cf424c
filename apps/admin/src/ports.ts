import type {
  ChangeConfiguration,
  Clock,
  ClusterStatusStore,
  CreateId,
  Explain,
  IdempotencyStore,
  Principal,
  ReadAuditEvents,
  ReadConfiguration,
  ReadTombstones,
} from '@symbolon/core';

/** What the admin API needs of the rest of the process. */
export interface AdminDeps
  extends ReadConfiguration,
    ReadTombstones,
    ReadAuditEvents,
    ChangeConfiguration,
    IdempotencyStore,
    Explain,
    Pick<ClusterStatusStore, 'readClusterStatus'>,
    Clock,
    CreateId,
    AuthenticatePrincipal,
    SealClusterCredential,
    PolicyChanged {
  /** The broker's own. */
  readonly issuer: string;
  readonly log: AdminLog;
  /**
   * Whether a path lies, links resolved, under the folder from which cluster credentials may be read. Null where no
   * folder is configured: then credential kind `tokenFile` is refused.
   */
  readonly isCredentialPath: ((path: string) => Promise<boolean>) | null;
  /** The https URL and CA of the API server that this pod was given; null outside of a cluster. */
  readonly inCluster: { readonly url: string; readonly caPem: string } | null;
}

export interface AuthenticatePrincipal {
  /** Null for a token that is nobody's. Throws `UnavailableError` where that cannot be known. */
  authenticate(bearerToken: string): Principal | null | Promise<Principal | null>;
}

export interface SealedCredential {
  readonly sealed: string;
  /** Shown to readers: the same for the same token, and no help in guessing it. */
  readonly fingerprint: string;
}

export interface SealClusterCredential {
  /**
   * Seals a token to the gateways, who alone can open it. Null until the first gateway has made the key pair.
   * Throws `UnavailableError`.
   */
  sealClusterCredential(cluster: string, token: string): Promise<SealedCredential | null>;
}

export interface PolicyChanged {
  /**
   * Resolves once no exchange requested from now on follows a policy older than what was committed before the call.
   * A rejection leaves that true: then no policy is in force until a newer one is read.
   */
  policyChanged(): Promise<void>;
}

/** Structured events: a fixed message, and fields that are never tokens, headers or bodies. */
export interface AdminLog {
  info(fields: AdminLogFields, message: string): void;
  warn(fields: AdminLogFields, message: string): void;
  error(fields: AdminLogFields, message: string): void;
}

export type AdminLogFields = Readonly<Record<string, string | number | boolean | null>>;
