/**
 * Proves subject tokens against the clusters that issued them: signatures under each cluster's own keys, and the
 * reading and keeping of those keys. It is apart from core because all of it is I/O and cryptography, and apart from
 * the other adapters because nothing here may know what is decided or issued of a proof.
 */
export type {
  ApiServerAccessDeps,
  ClusterToken,
  InClusterAccess,
  ReadClusterToken,
} from './api-server/api-server-access.ts';
export { resolveWithin } from './api-server/read-token-file.ts';
export { createFetchJwks } from './keys/fetch-jwks.ts';
export { createKeyCache, type KeyCache } from './keys/key-cache.ts';
export type { KeyTimes } from './keys/key-holding.ts';
export type * from './keys/ports.ts';
export { createSnapshotKeys, type SnapshotKeysDeps } from './keys/snapshot-keys.ts';
export { createRememberedProofs, type RememberedProofsDeps } from './proofs/remember-proofs.ts';
export { createVerifySignature } from './verify-signature.ts';
