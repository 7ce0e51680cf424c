import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { SealedKeyPair, SealedKeyPairStore } from '@symbolon/core';
import { CompactEncrypt, decodeProtectedHeader, importJWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { sealClusterCredential } from './cluster-credential.ts';
import { loadClusterCredentialKeys } from './cluster-credential-keys.ts';
import { credentialFingerprint } from './credential-fingerprint.ts';
import { createKeyEncryption } from './key-encryption.ts';
import { publicJwkOf } from './public-jwk.ts';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.c2VjcmV0.c2lnbmF0dXJl';
const keyEncryption = createKeyEncryption(randomBytes(32));

function memoryStore(initial: SealedKeyPair | null = null): SealedKeyPairStore {
  let stored = initial;
  return {
    readSealedKeyPair: async () => stored,
    async ensureSealedKeyPair(_purpose, create) {
      stored ??= await create();
      return stored;
    },
  };
}

test('the first gateway makes the pair, later ones open the same', async () => {
  const store = memoryStore();
  expect(await store.readSealedKeyPair('cluster-credentials')).toBeNull();
  const first = await loadClusterCredentialKeys({ store, keyEncryption });
  const later = await loadClusterCredentialKeys({ store, keyEncryption });
  expect(later.publicJwk).toStrictEqual(first.publicJwk);
  expect((await store.readSealedKeyPair('cluster-credentials'))?.publicJwk).toStrictEqual(first.publicJwk);

  const { publicJwk } = first;
  const { sealed, fingerprint } = await sealClusterCredential({ publicJwk, cluster: 'a', token: TOKEN });
  expect(await later.openClusterCredential('a', sealed)).toStrictEqual({ token: TOKEN, fingerprint });
  expect(fingerprint).toBe(await credentialFingerprint('a', TOKEN));
});

test('what is sealed needs the private key to be opened, and names its cluster', async () => {
  const { publicJwk } = await loadClusterCredentialKeys({ store: memoryStore(), keyEncryption });
  const { sealed } = await sealClusterCredential({ publicJwk, cluster: 'a', token: TOKEN });
  expect(decodeProtectedHeader(sealed)).toMatchObject({
    alg: 'ECDH-ES+A256KW',
    enc: 'A256GCM',
    cluster: 'a',
  });
  expect(Object.keys(publicJwk).sort()).toStrictEqual(['crv', 'kty', 'x', 'y']);
  expect(sealed).not.toContain(TOKEN);
});

describe('A50: a credential opens for its own cluster alone, and a refusal shows nothing of it', () => {
  const refusalOf = async (cluster: string, sealed: string, store = memoryStore()) => {
    const keys = await loadClusterCredentialKeys({ store, keyEncryption });
    const error: unknown = await keys.openClusterCredential(cluster, sealed).then(
      () => new Error('it opened'),
      (caught: unknown) => caught,
    );
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(TOKEN);
    return error;
  };
  const unavailable = { name: 'UnavailableError', reason: 'cluster_keys_unavailable' };

  test('not for another cluster whose row it was copied to', async () => {
    const store = memoryStore();
    const { publicJwk } = await loadClusterCredentialKeys({ store, keyEncryption });
    const { sealed } = await sealClusterCredential({ publicJwk, cluster: 'a', token: TOKEN });
    expect(await refusalOf('b', sealed, store)).toMatchObject(unavailable);
  });

  test('not under the key of another deployment', async () => {
    const { publicJwk } = await loadClusterCredentialKeys({ store: memoryStore(), keyEncryption });
    const { sealed } = await sealClusterCredential({ publicJwk, cluster: 'a', token: TOKEN });
    expect(await refusalOf('a', sealed)).toMatchObject(unavailable);
  });

  test('not where it does not say which credential it is', async () => {
    const store = memoryStore();
    const { publicJwk } = await loadClusterCredentialKeys({ store, keyEncryption });
    const nameless = await new CompactEncrypt(new TextEncoder().encode(TOKEN))
      .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', cluster: 'a' })
      .encrypt(await importJWK(publicJwk, 'ECDH-ES+A256KW'));
    expect(await refusalOf('a', nameless, store)).toMatchObject(unavailable);
  });

  test('not the token itself, where it was stored unsealed', async () => {
    expect(await refusalOf('a', TOKEN)).toMatchObject(unavailable);
  });
});

describe('a pair that somebody without the key-encryption key wrote is refused', () => {
  const planted = publicJwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  test.each([
    ['a public key planted over the stored one', planted],
    ['no public key', { kty: 'EC' }],
  ])('%s', async (_what, publicJwk) => {
    const store = memoryStore();
    await loadClusterCredentialKeys({ store, keyEncryption });
    const stored = await store.readSealedKeyPair('cluster-credentials');
    const tampered = memoryStore({ publicJwk, sealedPrivateKey: stored?.sealedPrivateKey ?? '' });
    await expect(loadClusterCredentialKeys({ store: tampered, keyEncryption })).rejects.toMatchObject({
      code: 'sealed_value_invalid',
    });
  });
});

test('A50: the exported keys show nothing private when they are logged or serialised', async () => {
  const keys = await loadClusterCredentialKeys({ store: memoryStore(), keyEncryption });
  const shown = JSON.stringify(keys) + inspect(keys, { depth: null, showHidden: true });
  expect(shown).not.toContain('"d"');
  expect(shown).not.toMatch(/PrivateKeyObject|\bd:/);
});
