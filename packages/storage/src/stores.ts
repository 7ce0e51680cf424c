import type {
  ChangeConfiguration,
  ClusterStatusStore,
  FollowConfiguration,
  IdempotencyStore,
  KeyEncryptionCheckStore,
  KeySnapshotStore,
  ReadAuditEvents,
  ReadAuditQueue,
  ReadBreakGlass,
  ReadClusterCredential,
  ReadConfiguration,
  ReadSealingKey,
  ReadSnapshot,
  ReadTombstones,
  RecordExchange,
  RecordExplanation,
  RecordRefusals,
  ResetBreakGlass,
  SealedKeyPairStore,
  SigningKeyStore,
} from '@symbolon/core';

/** Every port that a store implements, as one object over one state. */
export type Stores = ReadConfiguration &
  ReadSnapshot &
  ReadTombstones &
  FollowConfiguration &
  ChangeConfiguration &
  ReadClusterCredential &
  RecordExchange &
  RecordRefusals &
  RecordExplanation &
  ReadAuditEvents &
  ReadAuditQueue &
  IdempotencyStore &
  SigningKeyStore &
  SealedKeyPairStore &
  ReadSealingKey &
  KeyEncryptionCheckStore &
  ClusterStatusStore &
  KeySnapshotStore &
  ReadBreakGlass &
  ResetBreakGlass;

/** The stores of something that was opened and can be closed. */
export interface OpenStores {
  readonly stores: Stores;
  /**
   * Resolves when what was in flight has ended and nothing is held any more. Calls that come later are refused.
   * `lostEvents` were called recorded by a relaxed audit trail and never written: 0, unless the database was away.
   */
  close(): Promise<{ readonly lostEvents: number }>;
}
