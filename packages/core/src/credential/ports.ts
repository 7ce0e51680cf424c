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

export interface ReadSealingKey {
  /** The public part alone, for whoever may seal and not open; null before there is a pair. Throws `UnavailableError`. */
  readSealingKey(purpose: 'cluster-credentials'): Promise<PublicJwk | null>;
}

/** Tells the key-encryption key under which a database's secrets lie from every other. */
export interface KeyEncryptionCheck {
  /** 16 hexadecimal digits: safe in a log. */
  readonly fingerprint: string;
  /** Derived of the key, 64 hexadecimal digits: as little help in finding it as the fingerprint. */
  readonly checkValue: string;
}

export interface KeyEncryptionCheckStore {
  /** Stores the check unless there is one; the stored one is returned. Throws `UnavailableError`. */
  ensureKeyEncryptionCheck(check: KeyEncryptionCheck): Promise<KeyEncryptionCheck>;
}
