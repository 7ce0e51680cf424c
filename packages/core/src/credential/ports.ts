import type { PublicJwk, SigningAlgorithm } from '../mapping/objects.ts';

/**
 * `reserve`: never published. `next`: published, not yet used. `current`: signs. `previous`: published until
 * everything it signed has expired. `disabled`: neither published nor used.
 */
export type SigningKeyState = 'reserve' | 'next' | 'current' | 'previous' | 'disabled';

export interface StoredSigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly state: SigningKeyState;
  readonly publicJwk: PublicJwk;
  /** The private JWK, encrypted under the key-encryption key (compact JWE); only a gateway can open it. */
  readonly sealedPrivateKey: string;
  readonly createdAtMs: number;
  readonly publishedAtMs: number | null;
  readonly activatedAtMs: number | null;
  readonly retiredAtMs: number | null;
}

export interface SigningKeyStore {
  /** In order of creation. Throws `UnavailableError('storage_unavailable')`. */
  readSigningKeys(): Promise<readonly StoredSigningKey[]>;
  /**
   * Runs `plan` on the keys while no other process can change them, and stores what it returns (by `kid`: new or
   * replaced; a key with state `disabled` stays stored). Returns all keys as stored then.
   */
  changeSigningKeys(
    plan: (keys: readonly StoredSigningKey[]) => Promise<readonly StoredSigningKey[]>,
  ): Promise<readonly StoredSigningKey[]>;
}

export interface SealedKeyPair {
  readonly publicJwk: PublicJwk;
  readonly sealedPrivateKey: string;
}

export interface SealedKeyPairStore {
  readSealedKeyPair(purpose: 'cluster-credentials'): Promise<SealedKeyPair | null>;
  /** Stores the pair that `create` makes unless one is there; the one that is stored is returned, by every caller alike. */
  ensureSealedKeyPair(
    purpose: 'cluster-credentials',
    create: () => Promise<SealedKeyPair>,
  ): Promise<SealedKeyPair>;
}
