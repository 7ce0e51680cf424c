import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { type KeyEncryptionCheck, type StoredSigningKey, UnavailableError } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import { type CheckKeyEncryptionDeps, checkKeyEncryption } from './check-key-encryption.ts';
import { loadClusterCredentialKeys } from './cluster-credential-keys.ts';
import { createKeyEncryption, type KeyEncryption } from './key-encryption.ts';
import { publicJwkOf, thumbprintOf } from './public-jwk.ts';
import { sealPrivateKey } from './seal-private-key.ts';

/** A database as far as these secrets go, empty at first. */
function emptyStore() {
  const state: { check: KeyEncryptionCheck | null; signingKeys: StoredSigningKey[] } = {
    check: null,
    signingKeys: [],
  };
  let pair: Awaited<ReturnType<CheckKeyEncryptionDeps['store']['readSealedKeyPair']>> = null;
  return {
    state,
    readSealedKeyPair: async () => pair,
    async ensureSealedKeyPair(_purpose: string, create: () => Promise<NonNullable<typeof pair>>) {
      pair ??= await create();
      return pair;
    },
    readSigningKeys: async () => state.signingKeys,
    async ensureKeyEncryptionCheck(check: KeyEncryptionCheck) {
      state.check ??= check;
      return state.check;
    },
  };
}

const [right, wrong] = [createKeyEncryption(randomBytes(32)), createKeyEncryption(randomBytes(32))];
const check = (store: CheckKeyEncryptionDeps['store'], keyEncryption: KeyEncryption) =>
  checkKeyEncryption({ store, keyEncryption });

async function signingKeyUnder(keyEncryption: KeyEncryption): Promise<StoredSigningKey> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicJwk = publicJwkOf(privateKey);
  const kid = await thumbprintOf(publicJwk);
  const sealedPrivateKey = await sealPrivateKey(
    keyEncryption,
    { purpose: 'signing-key/ES256', kid },
    privateKey,
  );
  const times = { createdAtMs: 0, publishedAtMs: 0, activatedAtMs: 0, retiredAtMs: null };
  return { kid, algorithm: 'ES256', state: 'current', publicJwk, sealedPrivateKey, ...times };
}

const isWrongKey = {
  name: 'AtRestError',
  code: 'key_encryption_key_wrong',
  message: expect.stringMatching(new RegExp(`${right.fingerprint}.*${wrong.fingerprint}`)),
};

test('the first gateway records its key, and the same key is right for every later one', async () => {
  const store = emptyStore();
  await check(store, right);
  expect(store.state.check).toMatchObject({ fingerprint: right.fingerprint });
  expect(store.state.check?.checkValue).toMatch(/^[0-9a-f]{64}$/);
  const recorded = store.state.check;
  await check(store, right);
  expect(store.state.check).toBe(recorded);
});

test('another key is refused with both fingerprints, and the recorded one stays', async () => {
  const store = emptyStore();
  await check(store, right);
  await expect(check(store, wrong)).rejects.toMatchObject(isWrongKey);
  await check(store, right);
});

test('of two gateways that start first together with different keys one is refused before it seals anything', async () => {
  const store = emptyStore();
  const outcomes = await Promise.allSettled([check(store, right), check(store, wrong)]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await store.readSealedKeyPair()).toBeNull();
});

describe('a database of an earlier version, which holds secrets and no check: a wrong key never becomes the recorded one', () => {
  test('where there is the key pair of cluster credentials', async () => {
    const store = emptyStore();
    await loadClusterCredentialKeys({ store, keyEncryption: right });
    await expect(check(store, wrong)).rejects.toMatchObject(isWrongKey);
    expect(store.state.check).toBeNull();
    await check(store, right);
    expect(store.state.check?.fingerprint).toBe(right.fingerprint);
  });

  test('where there are signing keys alone', async () => {
    const store = emptyStore();
    store.state.signingKeys.push(await signingKeyUnder(right));
    await expect(check(store, wrong)).rejects.toMatchObject(isWrongKey);
    expect(store.state.check).toBeNull();
    await check(store, right);
  });
});

describe('A50: a check that somebody wrote into the database is refused, and not repeated', () => {
  test.each<[string, (own: KeyEncryptionCheck) => KeyEncryptionCheck]>([
    ['another value under this fingerprint', (own) => ({ ...own, checkValue: '0'.repeat(64) })],
    ['another fingerprint for this value', (own) => ({ ...own, fingerprint: '\u001b[2J<planted>' })],
    ['no check', () => ({ fingerprint: '', checkValue: '' })],
  ])('%s', async (_, plant) => {
    const store = emptyStore();
    await check(store, right);
    if (store.state.check === null) throw new Error('no check was stored');
    store.state.check = plant(store.state.check);
    const error: unknown = await check(store, right).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'sealed_value_invalid' });
    expect(inspect(error)).not.toContain('planted');
  });
});

test('a store that cannot answer is no wrong key', async () => {
  const away = new UnavailableError('storage_unavailable', 'the database cannot answer');
  const store = { ...emptyStore(), ensureKeyEncryptionCheck: () => Promise.reject(away) };
  await expect(check(store, right)).rejects.toBe(away);
});

test('A50: the check value is no derived key that is used for anything else, and the key is not in it', async () => {
  const key = randomBytes(32);
  const keyEncryption = createKeyEncryption(key);
  const store = emptyStore();
  await check(store, keyEncryption);
  for (const secret of [key, keyEncryption.deriveKey('key-wrapping'), keyEncryption.deriveKey('cache-mac')]) {
    expect(JSON.stringify(store.state.check)).not.toContain(Buffer.from(secret).toString('hex'));
  }
});
