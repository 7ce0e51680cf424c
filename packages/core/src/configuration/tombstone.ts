import type { Epoch } from './stored-object.ts';

/** What keeps a name or an audience from being used again by somebody else after it was given up. */
export type TombstoneKind = 'IdentitySystem' | 'Cluster' | 'Audience';

export interface TombstoneKey {
  readonly kind: TombstoneKind;
  /** The name of the system or cluster, or the audience itself. */
  readonly name: string;
}

/**
 * Left by whatever is deleted, or no longer claimed. A name cannot be taken again by anybody until a global owner has
 * released it. An audience of a target can be claimed again by the identity system that had it; one of a cluster by
 * any cluster.
 */
export interface Tombstone {
  readonly key: TombstoneKey;
  /** Of an audience: the system whose target had it, null where a cluster had it. Null for the other kinds. */
  readonly identitySystem: string | null;
  /** Of a cluster: the identity domain that it was in, which stays taken. Null for the other kinds. */
  readonly identityDomain: string | null;
  readonly deletedAtMs: number;
  readonly deletedBy: string;
  /** The epoch of the change that left it. */
  readonly epoch: Epoch;
}
