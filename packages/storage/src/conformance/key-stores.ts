import type { SealedKeyPair, StoredSigningKey } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import type { FreshStores } from './open-stores.ts';

const key = (kid: string, given: Partial<StoredSigningKey> = {}): StoredSigningKey => ({
  kid,
  algorithm: 'ES256',
  state: 'reserve',
  publicJwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid },
  sealedPrivateKey: `sealed-${kid}`,
  createdAtMs: 1_000,
  publishedAtMs: null,
  activatedAtMs: null,
  retiredAtMs: null,
  ...given,
});

const pair = (name: string): SealedKeyPair => ({
  publicJwk: { kty: 'EC', kid: name },
  sealedPrivateKey: `sealed-${name}`,
});

/** SigningKeyStore, SealedKeyPairStore, ReadSealingKey, KeyEncryptionCheckStore. */
export function describeKeyStores(fresh: FreshStores): void {
  describe('signing keys', () => {
    test('keys come back as they were stored, in order of creation', async () => {
      const stores = await fresh();
      expect(await stores.readSigningKeys()).toEqual([]);
      const times = { publishedAtMs: 2_001, activatedAtMs: 2_002, retiredAtMs: 2_003 };
      const third = key('a', { createdAtMs: 3_000, algorithm: 'RS256', state: 'previous', ...times });
      const stored = await stores.changeSigningKeys(async () => [third, key('c'), key('b')]);
      expect(stored).toEqual([key('b'), key('c'), third]);
      expect(await stores.readSigningKeys()).toEqual(stored);
    });

    test('a plan sees all keys, replaces by kid and leaves the others', async () => {
      const stores = await fresh();
      await stores.changeSigningKeys(async () => [
        key('a', { state: 'current' }),
        key('b', { state: 'next' }),
      ]);
      const seen: (readonly StoredSigningKey[])[] = [];
      const stored = await stores.changeSigningKeys(async (keys) => {
        seen.push(keys);
        return [key('b', { state: 'current' }), key('a', { state: 'disabled' }), key('c')];
      });
      expect(seen).toEqual([[key('a', { state: 'current' }), key('b', { state: 'next' })]]);
      expect(stored.map(({ kid, state }) => `${kid} ${state}`)).toEqual([
        'a disabled',
        'b current',
        'c reserve',
      ]);
    });

    test('ten gateways that make the first key at once make one', async () => {
      const stores = await fresh();
      const ensure = (kid: string) =>
        stores.changeSigningKeys(async (keys) => (keys.length === 0 ? [key(kid, { state: 'current' })] : []));
      const results = await Promise.all(Array.from({ length: 10 }, (_, index) => ensure(`key-${index}`)));
      expect(new Set(results.map((keys) => JSON.stringify(keys))).size).toBe(1);
      expect(results[0]).toHaveLength(1);
    });

    test('a plan that throws stores nothing', async () => {
      const stores = await fresh();
      const failure = new Error('cannot be sealed');
      await expect(stores.changeSigningKeys(() => Promise.reject(failure))).rejects.toBe(failure);
      expect(await stores.readSigningKeys()).toEqual([]);
      await stores.changeSigningKeys(async () => [key('a')]);
      expect(await stores.readSigningKeys()).toEqual([key('a')]);
    });

    test('there are never two current keys of one algorithm', async () => {
      const stores = await fresh();
      await stores.changeSigningKeys(async () => [key('a', { state: 'current' })]);
      const two = stores.changeSigningKeys(async () => [key('b', { state: 'current' })]);
      await expect(two).rejects.toMatchObject({ reason: 'internal_error' });
      expect(await stores.readSigningKeys()).toEqual([key('a', { state: 'current' })]);
      await stores.changeSigningKeys(async () => [key('c', { state: 'current', algorithm: 'RS256' })]);
    });
  });

  describe('sealed key pairs', () => {
    test('there is none before the first is made, and then that one', async () => {
      const stores = await fresh();
      expect(await stores.readSealedKeyPair('cluster-credentials')).toBeNull();
      expect(await stores.readSealingKey('cluster-credentials')).toBeNull();
      const made = await stores.ensureSealedKeyPair('cluster-credentials', async () => pair('first'));
      expect(made).toEqual(pair('first'));
      const again = await stores.ensureSealedKeyPair('cluster-credentials', async () => pair('second'));
      expect(again).toEqual(pair('first'));
      expect(await stores.readSealedKeyPair('cluster-credentials')).toEqual(pair('first'));
      expect(await stores.readSealingKey('cluster-credentials')).toEqual(pair('first').publicJwk);
    });

    test('ten gateways that make it at once all get the one that is stored', async () => {
      const stores = await fresh();
      const ensure = (name: string) =>
        stores.ensureSealedKeyPair('cluster-credentials', async () => pair(name));
      const results = await Promise.all(Array.from({ length: 10 }, (_, index) => ensure(`pair-${index}`)));
      const stored = await stores.readSealedKeyPair('cluster-credentials');
      expect(results).toEqual(results.map(() => stored));
    });

    test('a pair that cannot be made leaves the place free', async () => {
      const stores = await fresh();
      const failure = new Error('no key-encryption key');
      const failing = stores.ensureSealedKeyPair('cluster-credentials', () => Promise.reject(failure));
      await expect(failing).rejects.toBe(failure);
      expect(await stores.readSealedKeyPair('cluster-credentials')).toBeNull();
    });
  });

  describe('key-encryption check', () => {
    const check = (letter: string) => ({ fingerprint: letter.repeat(16), checkValue: letter.repeat(64) });

    test('the first is kept, and whoever comes with another key is given that one', async () => {
      const stores = await fresh();
      expect(await stores.ensureKeyEncryptionCheck(check('a'))).toEqual(check('a'));
      expect(await stores.ensureKeyEncryptionCheck(check('b'))).toEqual(check('a'));
    });

    test('ten gateways that start at once under different keys all get the one that is stored', async () => {
      const stores = await fresh();
      const stored = await Promise.all(
        '0123456789'.split('').map((at) => stores.ensureKeyEncryptionCheck(check(at))),
      );
      const first = await stores.ensureKeyEncryptionCheck(check('f'));
      expect(stored).toEqual(stored.map(() => first));
    });
  });
}
