import type {
  ChangeConfiguration,
  IdempotencyStore,
  ReadAuditEvents,
  ReadClusterCredential,
  ReadConfiguration,
  ReadSnapshot,
  ReadTombstones,
  RecordExchange,
  RecordExplanation,
  RecordRefusals,
  SealedKeyPairStore,
  SigningKeyStore,
} from '@symbolon/core';

/** Every port that a store implements, as one object over one state. */
export type Stores = ReadConfiguration &
  ReadSnapshot &
  ReadTombstones &
  ChangeConfiguration &
  ReadClusterCredential &
  RecordExchange &
  RecordRefusals &
  RecordExplanation &
  ReadAuditEvents &
  IdempotencyStore &
  SigningKeyStore &
  SealedKeyPairStore;

/** The stores of something that was opened and can be closed. */
export interface OpenStores {
  readonly stores: Stores;
  /** Resolves when what was in flight has ended and nothing is held any more. Calls that come later are refused. */
  close(): Promise<void>;
}
