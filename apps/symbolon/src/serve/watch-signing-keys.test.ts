import type { StoredSigningKey } from '@symbolon/core';
import { expect, test } from 'vitest';
import { watchSigningKeys } from './watch-signing-keys.ts';

const key = (state: StoredSigningKey['state'], times: Partial<StoredSigningKey> = {}): StoredSigningKey => ({
  kid: `kid-${state}`,
  algorithm: 'ES256',
  state,
  publicJwk: { kty: 'EC' },
  sealedPrivateKey: 'sealed-canary',
  createdAtMs: 1,
  publishedAtMs: 2,
  activatedAtMs: 3,
  retiredAtMs: 4,
  ...times,
});

test('says since when each key is in its state, as the store last told it, and nothing else of the keys', async () => {
  let stored: readonly StoredSigningKey[] = (
    ['reserve', 'next', 'current', 'previous', 'disabled'] as const
  ).map((state) => key(state));
  const watched = watchSigningKeys({
    readSigningKeys: async () => stored,
    changeSigningKeys: async (plan) => (stored = await plan(stored)),
  });
  expect(watched.knownSigningKeys()).toEqual([]);
  expect(await watched.readSigningKeys()).toBe(stored);
  expect(watched.knownSigningKeys().map(({ state, sinceMs }) => [state, sinceMs])).toEqual([
    ['reserve', 1],
    ['next', 2],
    ['current', 3],
    ['previous', 4],
    ['disabled', 1],
  ]);
  expect(JSON.stringify(watched.knownSigningKeys())).not.toMatch(/canary|kid-/);
  await watched.changeSigningKeys(async () => [key('current', { activatedAtMs: null })]);
  expect(watched.knownSigningKeys()).toEqual([{ algorithm: 'ES256', state: 'current', sinceMs: 1 }]);
});
