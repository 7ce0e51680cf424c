import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { PublicJwk, SealedKeyPair, SealedKeyPairStore } from '@symbolon/core';
import { AtRestError } from './at-rest-error.ts';
import { type ClusterCredential, openClusterCredential } from './cluster-credential.ts';
import type { KeyEncryption } from './key-encryption.ts';
import { publicJwkOf, thumbprintOf } from './public-jwk.ts';
import { openPrivateKey, sealPrivateKey } from './seal-private-key.ts';

/** The gateway's side of cluster credentials. */
export interface ClusterCredentialKeys {
  /** What an administrator's process seals to; it needs nothing more. */
  readonly publicJwk: PublicJwk;
  /** What was sealed for this cluster. Throws `UnavailableError('cluster_keys_unavailable')`. */
  openClusterCredential(cluster: string, sealed: string): Promise<ClusterCredential>;
}

const PURPOSE = 'cluster-credentials';
const generate = promisify(generateKeyPair);

/**
 * Reads the key pair to which cluster credentials are sealed; the first gateway makes it. The public half that is
 * stored must be that of the private one, or the credentials would be sealed to a key that somebody else planted.
 * Throws AtRestError, and `UnavailableError` when the store cannot answer.
 */
export async function loadClusterCredentialKeys(deps: {
  readonly store: SealedKeyPairStore;
  readonly keyEncryption: KeyEncryption;
}): Promise<ClusterCredentialKeys> {
  const { store, keyEncryption } = deps;
  const stored = await store.ensureSealedKeyPair(PURPOSE, () => createKeyPair(keyEncryption));
  const kid = await thumbprintOfStored(stored);
  const privateKey = await openPrivateKey(keyEncryption, { purpose: PURPOSE, kid }, stored.sealedPrivateKey);
  return {
    publicJwk: publicJwkOf(privateKey),
    openClusterCredential: (cluster, sealed) => openClusterCredential({ privateKey, cluster, sealed }),
  };
}

async function createKeyPair(keyEncryption: KeyEncryption): Promise<SealedKeyPair> {
  const { privateKey }: { privateKey: KeyObject } = await generate('ec', { namedCurve: 'P-256' });
  const publicJwk = publicJwkOf(privateKey);
  const name = { purpose: PURPOSE, kid: await thumbprintOf(publicJwk) } as const;
  return { publicJwk, sealedPrivateKey: await sealPrivateKey(keyEncryption, name, privateKey) };
}

/** Throws AtRestError `sealed_value_invalid` for what is no public key. */
export async function thumbprintOfStored({ publicJwk }: SealedKeyPair): Promise<string> {
  try {
    return await thumbprintOf(publicJwk);
  } catch {
    throw new AtRestError('sealed_value_invalid', `the stored public key of ${PURPOSE} is no public key`);
  }
}
