import { createPrivateKey, type KeyObject, type webcrypto } from 'node:crypto';
import type { SigningAlgorithm } from '@symbolon/core';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, type JWEHeaderParameters } from 'jose';
import { AtRestError } from './at-rest-error.ts';
import { FINGERPRINT, type KeyEncryption } from './key-encryption.ts';
import { publicJwkOf, thumbprintOf } from './public-jwk.ts';

/** A private key by what it is for and its RFC 7638 thumbprint. The purpose of a signing key fixes its algorithm. */
export interface PrivateKeyName {
  readonly purpose: 'cluster-credentials' | `signing-key/${SigningAlgorithm}`;
  readonly kid: string;
}

/**
 * The private JWK as compact JWE (RFC 7516 §7.1, `dir` and `A256GCM`). The protected header names the key-encryption
 * key and, as `purpose` and `sealed_kid`, the key inside; all of it is authenticated, so that what is sealed under one
 * name never opens under another.
 */
export async function sealPrivateKey(
  keyEncryption: KeyEncryption,
  name: PrivateKeyName,
  privateKey: KeyObject,
): Promise<string> {
  const plaintext = new TextEncoder().encode(JSON.stringify(privateKey.export({ format: 'jwk' })));
  return new CompactEncrypt(plaintext)
    .setProtectedHeader({
      alg: 'dir',
      enc: 'A256GCM',
      kid: keyEncryption.fingerprint,
      purpose: name.purpose,
      sealed_kid: name.kid,
    })
    .encrypt(keyEncryption.deriveKey('key-wrapping'));
}

/**
 * Opens what `sealPrivateKey` made under this name. The key inside must have the thumbprint that is its `kid`: who can
 * write to the database but holds no key-encryption key can bring in no key of their own.
 * Throws AtRestError `key_encryption_key_wrong`, naming both fingerprints, or `sealed_value_invalid`.
 */
export async function openPrivateKey(
  keyEncryption: KeyEncryption,
  name: PrivateKeyName,
  sealed: string,
): Promise<KeyObject> {
  demandKeyEncryption(keyEncryption, name, sealed);
  const opened = await decrypt(keyEncryption, sealed);
  if (
    opened === null ||
    opened.header.purpose !== name.purpose ||
    opened.header.sealed_kid !== name.kid ||
    (await thumbprintOf(publicJwkOf(opened.privateKey))) !== name.kid
  ) {
    throw invalid(name);
  }
  return opened.privateKey;
}

function demandKeyEncryption(keyEncryption: KeyEncryption, name: PrivateKeyName, sealed: string): void {
  let sealedUnder: unknown;
  try {
    sealedUnder = decodeProtectedHeader(sealed).kid;
  } catch {
    throw invalid(name);
  }
  if (typeof sealedUnder !== 'string' || !FINGERPRINT.test(sealedUnder)) throw invalid(name);
  if (sealedUnder !== keyEncryption.fingerprint) {
    throw new AtRestError(
      'key_encryption_key_wrong',
      `key ${name.kid} (${name.purpose}) is sealed under the key-encryption key ${sealedUnder}, ` +
        `but the one given is ${keyEncryption.fingerprint}`,
    );
  }
}

/** Null for whatever does not decrypt to a private key. No error of here leaves: JSON.parse quotes what it reads. */
async function decrypt(
  keyEncryption: KeyEncryption,
  sealed: string,
): Promise<{ readonly header: JWEHeaderParameters; readonly privateKey: KeyObject } | null> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(
      sealed,
      keyEncryption.deriveKey('key-wrapping'),
      { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
    );
    const jwk = JSON.parse(new TextDecoder().decode(plaintext)) as webcrypto.JsonWebKey;
    return { header: protectedHeader, privateKey: createPrivateKey({ key: jwk, format: 'jwk' }) };
  } catch {
    return null;
  }
}

function invalid({ purpose, kid }: PrivateKeyName): AtRestError {
  return new AtRestError('sealed_value_invalid', `what is stored as key ${kid} (${purpose}) is not that key`);
}
