export { AtRestError, type AtRestProblem } from './at-rest/at-rest-error.ts';
export { type CheckKeyEncryptionDeps, checkKeyEncryption } from './at-rest/check-key-encryption.ts';
export {
  type ClusterCredential,
  type SealedClusterCredential,
  sealClusterCredential,
} from './at-rest/cluster-credential.ts';
export { type ClusterCredentialKeys, loadClusterCredentialKeys } from './at-rest/cluster-credential-keys.ts';
export type { KeyEncryption, KeyPurpose } from './at-rest/key-encryption.ts';
export { readKeyEncryption } from './at-rest/read-key-encryption.ts';
export {
  createSigningKeys,
  type SigningKeys,
  type SigningKeysDeps,
} from './signing-keys/create-signing-keys.ts';
export { SIGNING_KEY_TIMES, type SigningKeyPolicy } from './signing-keys/signing-key-policy.ts';
export type { PublishedKeys } from './signing-keys/signing-key-view.ts';
