import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { SigningAlgorithm, SigningKeyState, SigningKeyStore, StoredSigningKey } from '@symbolon/core';
import { createFakeClock, type FakeClock } from '@symbolon/testkit';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { createKeyEncryption, type KeyEncryption } from '../at-rest/key-encryption.ts';
import { createSigningKeys, type SigningKeys } from './create-signing-keys.ts';
import type { SigningKeyPolicy } from './signing-key-policy.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2027, 0, 1);
const ALGORITHMS: SigningAlgorithm[] = ['ES256', 'RS256', 'PS256', 'EdDSA'];
const policy: SigningKeyPolicy = {
  leadTimeMs: DAY,
  rotationMs: 30 * DAY,
  longestCredentialMs: 12 * HOUR,
  staleMs: 2 * HOUR,
};

interface MemoryStore extends SigningKeyStore {
  keys: readonly StoredSigningKey[];
  changes: number;
  isDown: boolean;
}

function memoryStore(): MemoryStore {
  let turn: Promise<unknown> = Promise.resolve();
  const store: MemoryStore = {
    keys: [],
    changes: 0,
    isDown: false,
    async readSigningKeys() {
      if (store.isDown) throw new Error('the store is down');
      return store.keys;
    },
    changeSigningKeys(plan) {
      const result = turn.then(async () => {
        const changed = new Map((await plan(store.keys)).map((key) => [key.kid, key]));
        const kept = store.keys.filter((key) => !changed.has(key.kid));
        store.keys = [...kept, ...changed.values()];
        store.changes++;
        return store.keys;
      });
      turn = result.catch(() => undefined);
      return result;
    },
  };
  return store;
}

interface Gateway {
  readonly signingKeys: SigningKeys;
  readonly store: MemoryStore;
  readonly clock: FakeClock;
}

function gatewayWith(
  given: {
    store?: MemoryStore;
    clock?: FakeClock;
    keyEncryption?: KeyEncryption;
    algorithms?: SigningAlgorithm[];
  } = {},
): Gateway {
  const { store = memoryStore(), clock = createFakeClock(START), algorithms = [] } = given;
  const signingKeys = createSigningKeys({
    store,
    policy,
    now: clock.now,
    keyEncryption: given.keyEncryption ?? keyEncryption,
    algorithmsInUse: () => algorithms,
  });
  return { signingKeys, store, clock };
}

const keyEncryption = createKeyEncryption(randomBytes(32));

async function sign(signingKeys: SigningKeys, algorithm: SigningAlgorithm, typ: 'at+jwt' | 'JWT' = 'at+jwt') {
  return signingKeys.signCredential({ algorithm, typ, claims: { sub: 'myidsystem.demo.api' } });
}

/** As a relying party does that was written by others. */
function verify(compact: string, signingKeys: SigningKeys, algorithms: string[] = [...ALGORITHMS]) {
  const jwks = { keys: signingKeys.publishedKeys().keys } as unknown as JSONWebKeySet;
  return jwtVerify(compact, createLocalJWKSet(jwks), { algorithms });
}

function setState(store: MemoryStore, from: SigningKeyState, to: SigningKeyState): void {
  store.keys = store.keys.map((key) =>
    key.algorithm === 'ES256' && key.state === from ? { ...key, state: to } : key,
  );
}

describe('with a key of every algorithm', () => {
  const { signingKeys, store } = gatewayWith({ algorithms: ALGORITHMS });
  beforeAll(() => signingKeys.maintain());

  test.each(ALGORITHMS)('S30 S32 S36: jose verifies a credential signed with %s', async (algorithm) => {
    const { compact, sha256 } = await sign(signingKeys, algorithm);
    const { payload, protectedHeader } = await verify(compact, signingKeys, [algorithm]);
    expect(payload).toStrictEqual({ sub: 'myidsystem.demo.api' });
    expect(protectedHeader.alg).toBe(algorithm);
    expect(sha256).toBe(createHash('sha256').update(compact).digest('hex'));
  });

  test.each(['at+jwt', 'JWT'] as const)(
    'S31: the header is alg, typ %s and kid, and nothing else',
    async (typ) => {
      const { compact } = await sign(signingKeys, 'ES256', typ);
      const [current] = store.keys.filter((key) => key.algorithm === 'ES256' && key.state === 'current');
      expect(decodeProtectedHeader(compact)).toStrictEqual({ alg: 'ES256', typ, kid: current?.kid });
    },
  );

  test('S53 A54: the key set has public members alone, with use, alg and a unique kid', () => {
    const { keys } = signingKeys.publishedKeys();
    const members = Object.fromEntries(keys.map((key) => [key.alg, Object.keys(key).sort().join(' ')]));
    expect(members).toStrictEqual({
      ES256: 'alg crv kid kty use x y',
      RS256: 'alg e kid kty n use',
      PS256: 'alg e kid kty n use',
      EdDSA: 'alg crv kid kty use x',
    });
    expect(keys.every((key) => key.use === 'sig')).toBe(true);
    expect(new Set(keys.map((key) => key.kid)).size).toBe(keys.length);
  });

  test('S53: a reserve is not published', () => {
    const published = signingKeys.publishedKeys().keys.map((key) => key.kid);
    const reserves = store.keys.filter((key) => key.state === 'reserve').map((key) => key.kid);
    expect(reserves).toHaveLength(4);
    expect(published).toHaveLength(4);
    expect(published.filter((kid) => kid !== undefined && reserves.includes(kid))).toStrictEqual([]);
  });

  test('S50: RS256 is among the algorithms for discovery, as is each that signs', () => {
    expect([...signingKeys.publishedKeys().algorithms].sort()).toStrictEqual([...ALGORITHMS].sort());
  });

  test('A50: what is stored, logged or serialised shows no private member', () => {
    const published = signingKeys.publishedKeys();
    const shown = [store.keys, signingKeys, published].map(
      (value) => JSON.stringify(value) + inspect(value, { depth: null, showHidden: true }),
    );
    expect(shown.join()).not.toMatch(/"?\b(d|p|q|dp|dq|qi|k)"?:|PrivateKeyObject|PRIVATE KEY/);
  });
});

describe('S54: how long the key set may be kept', () => {
  test.each([
    { leadTimeMs: DAY, maxAgeSeconds: 300 },
    { leadTimeMs: 1_200_000, maxAgeSeconds: 300 },
    { leadTimeMs: 1_000_000, maxAgeSeconds: 250 },
  ])('$maxAgeSeconds s for a lead time of $leadTimeMs ms', async ({ leadTimeMs, maxAgeSeconds }) => {
    const { store, clock } = gatewayWith();
    const signingKeys = createSigningKeys({
      store,
      policy: { ...policy, leadTimeMs },
      now: clock.now,
      keyEncryption,
      algorithmsInUse: () => [],
    });
    await signingKeys.maintain();
    expect(signingKeys.publishedKeys().maxAgeSeconds).toBe(maxAgeSeconds);
  });

  test('two gateways give the same keys the same entity tag, and other keys another', async () => {
    const one = gatewayWith();
    const other = gatewayWith(one);
    await one.signingKeys.maintain();
    one.store.keys = [...one.store.keys].reverse();
    await other.signingKeys.maintain();
    const { etag, keys } = one.signingKeys.publishedKeys();
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    expect(other.signingKeys.publishedKeys()).toMatchObject({ etag, keys });

    setState(one.store, 'current', 'disabled'); // and as many are published again: the reserve takes its place
    await one.signingKeys.maintain();
    expect(one.signingKeys.publishedKeys().etag).not.toBe(etag);
  });
});

describe('gateways that share a store', () => {
  test('make one set of keys when they start at once, and verify each other', async () => {
    const one = gatewayWith();
    const other = gatewayWith(one);
    await Promise.all([one.signingKeys.maintain(), other.signingKeys.maintain()]);
    expect(one.store.keys).toHaveLength(4);
    const { compact } = await sign(one.signingKeys, 'ES256');
    await expect(verify(compact, other.signingKeys)).resolves.toBeDefined();
  });

  test('change nothing where nothing is due', async () => {
    const { signingKeys, store } = gatewayWith();
    await signingKeys.maintain();
    await Promise.all([signingKeys.maintain(), signingKeys.maintain()]);
    expect(store.changes).toBe(1);
  });

  test('L40: rotate so that a gateway that has not read the change yet signs what all others publish', async () => {
    const one = gatewayWith();
    const late = gatewayWith(one);
    await Promise.all([one.signingKeys.maintain(), late.signingKeys.maintain()]);
    one.clock.advance(29 * DAY);
    await one.signingKeys.maintain();
    await late.signingKeys.maintain();
    const keysBefore = late.signingKeys.publishedKeys();
    one.clock.advance(DAY);
    const before = await sign(late.signingKeys, 'ES256').catch((error: unknown) => error);
    expect(before).toMatchObject({ reason: 'signing_key_unavailable' }); // it has not read for a day

    await late.signingKeys.maintain();
    one.clock.advance(policy.staleMs);
    const { compact } = await sign(late.signingKeys, 'ES256');
    expect(keysBefore.keys.map((key) => key.kid)).toContain(decodeProtectedHeader(compact).kid);
    await one.signingKeys.maintain();
    await expect(verify(compact, one.signingKeys)).resolves.toBeDefined();
  });
});

describe('A54: a key that was disabled', () => {
  test('signs nothing and is not published any more, and the reserve takes its place at once', async () => {
    const { signingKeys, store } = gatewayWith();
    await signingKeys.maintain();
    const { compact } = await sign(signingKeys, 'ES256');
    setState(store, 'current', 'disabled');
    await signingKeys.maintain();

    await expect(verify(compact, signingKeys)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    const replaced = await sign(signingKeys, 'ES256');
    await expect(verify(replaced.compact, signingKeys)).resolves.toBeDefined();
    expect(decodeProtectedHeader(replaced.compact).kid).not.toBe(decodeProtectedHeader(compact).kid);
  });

  test('is out of use at once, whatever somebody planted beside it that does not open', async () => {
    const { signingKeys, store } = gatewayWith();
    await signingKeys.maintain();
    const { compact } = await sign(signingKeys, 'ES256');
    setState(store, 'current', 'disabled');
    const [key] = store.keys;
    if (key === undefined) throw new Error('there is no key');
    store.keys = [...store.keys, { ...key, kid: 'planted', state: 'previous', sealedPrivateKey: 'junk' }];
    await expect(signingKeys.maintain()).rejects.toMatchObject({ code: 'sealed_value_invalid' });

    await expect(verify(compact, signingKeys)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    await expect(sign(signingKeys, 'ES256')).rejects.toMatchObject({ reason: 'signing_key_unavailable' });
    await expect(sign(signingKeys, 'RS256')).resolves.toBeDefined();

    store.keys = store.keys.filter(({ kid }) => kid !== 'planted');
    await signingKeys.maintain();
    await expect(sign(signingKeys, 'ES256')).resolves.toBeDefined();
  });
});

test('A54: calls that overlap take turns, so that a slow read does not bring a disabled key back', async () => {
  const { store } = gatewayWith();
  const reads: Array<() => void> = [];
  const slowStore: MemoryStore = {
    ...store,
    async readSigningKeys() {
      await new Promise<void>((resolve) => reads.push(resolve));
      return store.keys;
    },
  };
  const { signingKeys } = gatewayWith({ store: slowStore });
  const calls = [signingKeys.maintain(), signingKeys.maintain()];
  await new Promise((resolve) => setImmediate(resolve));
  expect(reads).toHaveLength(1);
  reads[0]?.();
  await calls[0];
  await vi.waitUntil(() => reads.length === 2);
  reads[1]?.();
  await calls[1];
});

describe('our own trouble is not the caller’s: signing_key_unavailable', () => {
  const unavailable = { name: 'UnavailableError', reason: 'signing_key_unavailable' };

  test('before the keys were read', async () => {
    const { signingKeys } = gatewayWith();
    await expect(sign(signingKeys, 'ES256')).rejects.toMatchObject(unavailable);
    expect(() => signingKeys.publishedKeys()).toThrow(expect.objectContaining(unavailable));
  });

  test('for an algorithm that has no key yet, until a target names it', async () => {
    const algorithms: SigningAlgorithm[] = [];
    const { signingKeys } = gatewayWith({ algorithms });
    await signingKeys.maintain();
    await expect(sign(signingKeys, 'PS256')).rejects.toMatchObject(unavailable);
    algorithms.push('PS256');
    await signingKeys.maintain();
    await expect(sign(signingKeys, 'PS256')).resolves.toBeDefined();
  });

  test('A54: once the keys could not be read for so long that a disabled one might still sign', async () => {
    const { signingKeys, store, clock } = gatewayWith();
    await signingKeys.maintain();
    store.isDown = true;
    clock.advance(policy.staleMs);
    await expect(signingKeys.maintain()).rejects.toThrow('the store is down');
    await expect(sign(signingKeys, 'ES256')).resolves.toBeDefined();
    clock.advance(1);
    await expect(sign(signingKeys, 'ES256')).rejects.toMatchObject(unavailable);
    expect(signingKeys.publishedKeys().keys).toHaveLength(2); // what was signed can still be verified

    store.isDown = false;
    await signingKeys.maintain();
    await expect(sign(signingKeys, 'ES256')).resolves.toBeDefined();
  });

  test('A54: once the clock was put back to before the keys were read, until they are read again', async () => {
    const { signingKeys, clock } = gatewayWith();
    await signingKeys.maintain();
    clock.advance(-1);
    await expect(sign(signingKeys, 'ES256')).rejects.toMatchObject(unavailable);
    clock.advance(-DAY);
    await expect(sign(signingKeys, 'ES256')).rejects.toMatchObject(unavailable);
    expect(signingKeys.publishedKeys().keys).toHaveLength(2);

    await signingKeys.maintain();
    await expect(sign(signingKeys, 'ES256')).resolves.toBeDefined();
  });
});

describe('who writes to the database without the key-encryption key', () => {
  test('brings no public key into the key set: the published one is derived of the private half', async () => {
    const { signingKeys, store } = gatewayWith();
    await signingKeys.maintain();
    const planted = gatewayWith();
    await planted.signingKeys.maintain();
    const [foreign] = planted.store.keys;
    store.keys = store.keys.map((key) => ({ ...key, publicJwk: foreign?.publicJwk ?? key.publicJwk }));

    const restarted = gatewayWith({ store });
    await restarted.signingKeys.maintain();
    expect(restarted.signingKeys.publishedKeys()).toStrictEqual(signingKeys.publishedKeys());
  });

  test('S42: cannot make a key sign under another algorithm', async () => {
    const { signingKeys, store } = gatewayWith();
    await signingKeys.maintain();
    store.keys = store.keys.map((key) => (key.algorithm === 'RS256' ? { ...key, algorithm: 'PS256' } : key));
    await expect(gatewayWith({ store }).signingKeys.maintain()).rejects.toMatchObject({
      code: 'sealed_value_invalid',
    });
  });

  test('a gateway with another key-encryption key stops, and makes no keys beside those that are there', async () => {
    const { signingKeys, store, clock } = gatewayWith();
    await signingKeys.maintain();
    clock.advance(300 * DAY);
    const other = gatewayWith({ store, clock, keyEncryption: createKeyEncryption(randomBytes(32)) });
    await expect(other.signingKeys.maintain()).rejects.toMatchObject({ code: 'key_encryption_key_wrong' });
    expect(store.changes).toBe(1);
  });

  test('nor does it where the others made theirs after it had found none', async () => {
    const { signingKeys, store } = gatewayWith();
    await signingKeys.maintain();
    const late = gatewayWith({
      store: { ...store, readSigningKeys: async () => [] },
      keyEncryption: createKeyEncryption(randomBytes(32)),
      algorithms: ['PS256'],
    });
    await expect(late.signingKeys.maintain()).rejects.toMatchObject({ code: 'key_encryption_key_wrong' });
    expect(store.keys).toHaveLength(4);
  });
});
