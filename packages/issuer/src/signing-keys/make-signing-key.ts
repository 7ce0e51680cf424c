import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningAlgorithm, StoredSigningKey } from '@symbolon/core';
import type { KeyEncryption } from '../at-rest/key-encryption.ts';
import { publicJwkOf, thumbprintOf } from '../at-rest/public-jwk.ts';
import { sealPrivateKey } from '../at-rest/seal-private-key.ts';
import type { WantedKey } from './plan-signing-keys.ts';

const generate = promisify(generateKeyPair);

/** Makes the key that the plan wants. Its private half leaves only sealed. */
export async function makeSigningKey(
  wanted: WantedKey,
  deps: { readonly keyEncryption: KeyEncryption; readonly nowMs: number },
): Promise<StoredSigningKey> {
  const { algorithm } = wanted;
  const privateKey = await generatePrivateKey(algorithm);
  const jwk = publicJwkOf(privateKey);
  const kid = await thumbprintOf(jwk);
  return {
    ...wanted,
    kid,
    publicJwk: { ...jwk, kid, alg: algorithm, use: 'sig' },
    sealedPrivateKey: await sealPrivateKey(
      deps.keyEncryption,
      { purpose: `signing-key/${algorithm}`, kid },
      privateKey,
    ),
    createdAtMs: deps.nowMs,
  };
}

/**
 * RSA keys have 2048 bits (RFC 7518 §3.3): a key signs for a month and nothing that it signed counts for longer than a
 * day, while 3072 bits would make each signature three times as dear and delay the first start.
 */
async function generatePrivateKey(algorithm: SigningAlgorithm): Promise<KeyObject> {
  switch (algorithm) {
    case 'ES256':
      return (await generate('ec', { namedCurve: 'P-256' })).privateKey;
    case 'RS256':
    case 'PS256':
      return (await generate('rsa', { modulusLength: 2048 })).privateKey;
    case 'EdDSA':
      return (await generate('ed25519')).privateKey;
  }
}
