import type { PublicJwk, StoredSigningKey } from '@symbolon/core';
import type { KeyEncryption } from '../at-rest/key-encryption.ts';
import { publicJwkOf } from '../at-rest/public-jwk.ts';
import { openPrivateKey } from '../at-rest/seal-private-key.ts';
import { createSigner, type Signer } from './create-signer.ts';

interface OpenedSigningKey {
  /** As it is published (RFC 7517 §4): `kid`, `alg` and `use` are set. */
  readonly publicJwk: PublicJwk;
  readonly sign: Signer;
}

export type OpenSigningKey = (key: StoredSigningKey) => Promise<OpenedSigningKey>;

/**
 * Opens stored keys, each once. What is published is derived of the private half, under the algorithm that was sealed
 * with it: a public key that somebody wrote into the database never reaches the key set. Throws AtRestError.
 */
export function createOpenSigningKey(keyEncryption: KeyEncryption): OpenSigningKey {
  const opened = new Map<string, OpenedSigningKey>();
  return async (key) => {
    const id = `${key.algorithm} ${key.kid} ${key.sealedPrivateKey}`;
    const known = opened.get(id);
    if (known !== undefined) return known;
    const made = await open(keyEncryption, key);
    opened.set(id, made);
    return made;
  };
}

async function open(
  keyEncryption: KeyEncryption,
  { algorithm, kid, sealedPrivateKey }: StoredSigningKey,
): Promise<OpenedSigningKey> {
  const name = { purpose: `signing-key/${algorithm}`, kid } as const;
  const privateKey = await openPrivateKey(keyEncryption, name, sealedPrivateKey);
  return {
    publicJwk: { ...publicJwkOf(privateKey), kid, alg: algorithm, use: 'sig' },
    sign: createSigner(algorithm, kid, privateKey),
  };
}
