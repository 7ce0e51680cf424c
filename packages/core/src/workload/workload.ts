import type { JsonValue } from '../mapping/objects.ts';

/** A Kubernetes object by name and uid. */
export interface ObjectReference {
  readonly name: string;
  readonly uid: string;
}

/** `uid` is null where a pod was bound to a node that the API server did not know when it issued the token. */
export interface NodeReference {
  readonly name: string;
  readonly uid: string | null;
}

/** What a subject token says of who presents it. */
export interface Workload {
  readonly cluster: string;
  /** The identity domain of the cluster, as the policy has it. */
  readonly identityDomain: string;
  readonly namespace: string;
  readonly serviceAccount: ObjectReference;
  readonly pod: ObjectReference | null;
  readonly node: NodeReference | null;
}

/** The source token's own facts that a decision may depend on. Times are Unix seconds. */
export interface SourceToken {
  readonly expiresAtSeconds: number;
  readonly issuedAtSeconds: number;
  /** Null for a cluster older than Kubernetes 1.29, which gives none. */
  readonly jti: string | null;
  readonly claims: { readonly [name: string]: JsonValue };
}

declare const proven: unique symbol;

/**
 * A workload whose subject token was proven. Only `judgeSubjectToken` makes one, out of a token whose signature was
 * verified; nothing else may (checked by infra/scripts/brands.test.ts), and nothing is issued to anything else.
 */
export interface ProvenWorkload extends Workload {
  readonly [proven]: true;
  readonly source: SourceToken;
}

/** An object of which only the name or only the uid may be known. */
export interface DescribedObject {
  readonly name: string | null;
  readonly uid: string | null;
}

/** A workload that somebody described, for `explain`: it can be decided about, and never issued to. */
export interface DescribedWorkload extends Omit<Workload, 'serviceAccount' | 'pod' | 'node'> {
  readonly serviceAccount: { readonly name: string; readonly uid: string | null };
  readonly pod: DescribedObject | null;
  readonly node: DescribedObject | null;
  readonly source: SourceToken | null;
}
