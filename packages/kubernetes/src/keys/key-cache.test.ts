import { UnavailableError } from '@symbolon/core';
import { createSigningKey } from '@symbolon/testkit';
import { describe, expect, test } from 'vitest';
import { clusterFixture } from '../cluster.test-support.ts';
import { fail, kids, SECOND, settled, setUp as setUpWith } from './key-cache.test-support.ts';
import { findKey } from './key-set.ts';
import type { FetchedJwks, Jwk } from './ports.ts';
import { fetchedJwks } from './published.test-support.ts';

const cluster = clusterFixture();
const first = createSigningKey('ES256').publicJwk as Jwk;
const second = createSigningKey('ES256').publicJwk as Jwk;
const setUp = () => setUpWith(() => Promise.resolve(fetchedJwks([first])));

describe('createKeyCache', () => {
  test('knows nothing at first, and has the keys read in the background', async () => {
    const { keys, state } = setUp();
    expect(keys.knownKeys(cluster).keys).toBeNull();
    expect(keys.knownKeys(cluster).keys).toBeNull();
    await settled();
    expect(kids(keys.knownKeys(cluster).keys)).toEqual([first.kid]);
    expect(state.asked).toBe(1);
  });

  test('imports a key once, however often it is used', async () => {
    const { keys, refetchKeys } = setUp();
    const { keys: read } = await refetchKeys(cluster);
    expect(read).not.toBeNull();
    expect(keys.knownKeys(cluster).keys).toBe(read);
  });

  test('has one fetch in flight, for all who wait', async () => {
    const { state, refetchKeys } = setUp();
    const answers = await Promise.all(Array.from({ length: 50 }, () => refetchKeys(cluster)));
    expect(state.asked).toBe(1);
    expect(answers.every((answer) => kids(answer.keys)?.[0] === first.kid)).toBe(true);
  });

  test('reads again once the keys are due, without making anybody wait', async () => {
    const { keys, state, clock, refetchKeys } = setUp();
    await refetchKeys(cluster);
    clock.advance(299 * SECOND);
    keys.knownKeys(cluster);
    expect(state.asked).toBe(1);
    clock.advance(1 * SECOND);
    state.answer = () => Promise.resolve(fetchedJwks([second]));
    expect(kids(keys.knownKeys(cluster).keys)).toEqual([first.kid]);
    await settled();
    expect(kids(keys.knownKeys(cluster).keys)).toEqual([second.kid]);
    expect(state.asked).toBe(2);
  });

  test.each([
    [60, 60],
    [3600, 300],
    [0, 30],
    [null, 300],
  ])('keeps keys of max-age %s for %i seconds', async (maxAgeSeconds, expected) => {
    const { keys, state, clock, refetchKeys } = setUp();
    state.answer = () => Promise.resolve(fetchedJwks([first], maxAgeSeconds));
    await refetchKeys(cluster);
    clock.advance(expected * SECOND - 1);
    keys.knownKeys(cluster);
    expect(state.asked).toBe(1);
    clock.advance(1);
    keys.knownKeys(cluster);
    expect(state.asked).toBe(2);
  });

  test('A22: uses no keys that lay idle until the cluster has answered: they may have been withdrawn', async () => {
    const { keys, clock, state, refetchKeys } = setUp();
    await refetchKeys(cluster);
    clock.advance(600 * SECOND);
    state.answer = () => Promise.resolve(fetchedJwks([second]));
    expect(keys.knownKeys(cluster).keys).toBeNull();
    expect(kids((await refetchKeys(cluster)).keys)).toEqual([second.kid]);
    expect(state.asked).toBe(2);
  });

  test('A22: keeps keys while the cluster fails, up to an hour, and then none', async () => {
    const { keys, clock, state, refetchKeys } = setUp();
    await refetchKeys(cluster);
    state.answer = fail;
    clock.advance(3599 * SECOND);
    await refetchKeys(cluster);
    expect(kids(keys.knownKeys(cluster).keys)).toEqual([first.kid]);
    clock.advance(1 * SECOND);
    expect(keys.knownKeys(cluster).keys).toBeNull();
    expect(await refetchKeys(cluster)).toMatchObject({
      keys: null,
      unavailable: expect.any(UnavailableError),
    });
  });

  test('says that it could not ask, beside the keys that it had', async () => {
    const { state, clock, refetchKeys } = setUp();
    await refetchKeys(cluster);
    state.answer = fail;
    clock.advance(31 * SECOND);
    const { keys: stale, unavailable } = await refetchKeys(cluster);
    expect(kids(stale)).toEqual([first.kid]);
    expect(unavailable).toMatchObject({ reason: 'cluster_keys_unavailable', retryAfterSeconds: 30 });
  });

  test('A21: asks a dead cluster once a cool-down, and says when it will again', async () => {
    const { keys, state, clock, refetchKeys } = setUp();
    state.answer = fail;
    for (let second = 0; second < 30; second += 1) {
      keys.knownKeys(cluster);
      const { unavailable } = await refetchKeys(cluster);
      expect(unavailable).toMatchObject({ retryAfterSeconds: 30 - second });
      clock.advance(1 * SECOND);
    }
    expect(state.asked).toBe(1);
    state.answer = () => Promise.resolve(fetchedJwks([first]));
    expect(await refetchKeys(cluster)).toMatchObject({ unavailable: null });
    expect(state.asked).toBe(2);
  });

  test('A21: asks for unknown kids at most once a cool-down, however many tokens name them', async () => {
    const { keys, state, clock, refetchKeys } = setUp();
    await refetchKeys(cluster);
    expect(state.asked).toBe(1);
    for (let token = 0; token < 1000; token += 1) await refetchKeys(cluster);
    expect(state.asked).toBe(2);
    clock.advance(30 * SECOND);
    for (let token = 0; token < 1000; token += 1) await refetchKeys(cluster);
    expect(state.asked).toBe(3);
    expect(kids(keys.knownKeys(cluster).keys)).toEqual([first.kid]);
  });

  test('A09: keeps the keys of each cluster apart, and forgets them with its revision', async () => {
    const { keys, state, refetchKeys } = setUp();
    await refetchKeys(cluster);
    state.answer = () => Promise.resolve(fetchedJwks([second]));
    const other = clusterFixture({ name: 'staging' });
    expect(keys.knownKeys(other).keys).toBeNull();
    expect(kids((await refetchKeys(other)).keys)).toEqual([second.kid]);
    expect(kids(keys.knownKeys(cluster).keys)).toEqual([first.kid]);

    const changed = clusterFixture({ revision: '2-b' });
    expect(keys.knownKeys(changed).keys).toBeNull();
    expect(kids((await refetchKeys(changed)).keys)).toEqual([second.kid]);
  });

  test('does not let an answer that was asked for under an old revision into a new one', async () => {
    const { keys, state, refetchKeys } = setUp();
    let answerLate: (jwks: FetchedJwks) => void = () => expect.fail();
    state.answer = () => new Promise((resolve) => (answerLate = resolve));
    const old = refetchKeys(cluster);
    state.answer = () => Promise.resolve(fetchedJwks([second]));
    const changed = clusterFixture({ revision: '2-b' });
    await refetchKeys(changed);
    answerLate(fetchedJwks([first]));
    expect(kids((await old).keys)).toEqual([first.kid]);
    expect(kids(keys.knownKeys(changed).keys)).toEqual([second.kid]);
  });

  test('does not hold up one cluster while another hangs', async () => {
    const { keys, state, refetchKeys } = setUp();
    state.answer = () => new Promise(() => {});
    keys.knownKeys(clusterFixture({ name: 'hanging' }));
    state.answer = () => Promise.resolve(fetchedJwks([first]));
    expect(kids((await refetchKeys(cluster)).keys)).toEqual([first.kid]);
  });

  test('reports what was read and what was not, without a key and without the words of whoever failed', async () => {
    const { state, reports, clock, refetchKeys } = setUp();
    state.answer = () => Promise.resolve(fetchedJwks([first, { kty: 'oct', k: 'c2VjcmV0' }]));
    await refetchKeys(cluster);
    state.answer = () => Promise.reject(new TypeError('secret of a driver'));
    clock.advance(31 * SECOND);
    const { unavailable } = await refetchKeys(cluster);
    expect(reports).toEqual([
      { kind: 'read', cluster: 'prod-eu', usable: 1, dropped: 1 },
      {
        kind: 'unavailable',
        cluster: 'prod-eu',
        message: 'reading the keys of cluster prod-eu failed: TypeError',
      },
    ]);
    expect(unavailable?.message).not.toContain('secret');
    expect(findKey((await refetchKeys(cluster)).keys ?? expect.fail(), first.kid as string)).not.toBeNull();
  });

  test('asks no second time where newer keys came while the older were tried', async () => {
    const { keys, state } = setUp();
    const { keys: seen } = keys.knownKeys(cluster);
    await settled();
    expect(kids((await keys.refetchKeys(cluster, seen, null)).keys)).toEqual([first.kid]);
    expect(state.asked).toBe(1);
  });

  test('recovers from a source that throws at once', async () => {
    const { state, clock, refetchKeys } = setUp();
    state.answer = () => {
      throw new Error('at once');
    };
    expect((await refetchKeys(cluster)).unavailable).not.toBeNull();
    state.answer = () => Promise.resolve(fetchedJwks([first]));
    clock.advance(30 * SECOND);
    expect((await refetchKeys(cluster)).unavailable).toBeNull();
  });
});

describe('a token that says when it was issued, while a cool-down keeps the cluster from being asked', () => {
  /** Keys that were read in the middle of a second, and a cool-down that an unknown kid began ten seconds ago. */
  const coolingDown = async () => {
    const setup = setUp();
    setup.clock.advance(SECOND / 2);
    await setup.refetchKeys(cluster);
    await setup.refetchKeys(cluster);
    const readAtSeconds = Math.floor(setup.clock.now() / SECOND);
    setup.clock.advance(10 * SECOND);
    return { ...setup, readAtSeconds };
  };

  test('A21: is our trouble where it may be newer than the keys, until the cool-down ends; nothing is fetched for it', async () => {
    const { state, readAtSeconds, refetchKeys } = await coolingDown();
    for (const issuedAfter of [0, 0.5, 1, 10, 70]) {
      const { keys, unavailable } = await refetchKeys(cluster, readAtSeconds + issuedAfter);
      expect(kids(keys)).toEqual([first.kid]);
      expect(unavailable).toMatchObject({ reason: 'cluster_keys_unavailable', retryAfterSeconds: 20 });
    }
    expect(state.asked).toBe(2);
  });

  test('A21: is its own trouble where it is older than the keys, says nothing, or is from the future', async () => {
    const { state, readAtSeconds, refetchKeys } = await coolingDown();
    const times = [-1, 0, readAtSeconds - 1, readAtSeconds + 71, 2 ** 53, Number.POSITIVE_INFINITY];
    for (const issuedAtSeconds of [null, ...times]) {
      expect((await refetchKeys(cluster, issuedAtSeconds)).unavailable).toBeNull();
    }
    expect(state.asked).toBe(2);
  });

  test('is its own trouble once the cluster was asked for it', async () => {
    const { state, clock, readAtSeconds, refetchKeys } = await coolingDown();
    clock.advance(20 * SECOND);
    expect((await refetchKeys(cluster, readAtSeconds + 30)).unavailable).toBeNull();
    expect(state.asked).toBe(3);
  });
});

describe('a clock that is put back', () => {
  test('A22: makes no key live longer: keys from the future are read again, and not used before', async () => {
    const { keys, state, clock, refetchKeys } = setUp();
    await refetchKeys(cluster);
    clock.advance(-1);
    state.answer = fail;
    expect(keys.knownKeys(cluster).keys).toBeNull();
    expect(await refetchKeys(cluster)).toMatchObject({
      keys: null,
      unavailable: { reason: 'cluster_keys_unavailable' },
    });
    clock.advance(-86_400 * SECOND);
    state.answer = () => Promise.resolve(fetchedJwks([second]));
    const { keys: read, unavailable } = await refetchKeys(cluster);
    expect([kids(read), unavailable]).toEqual([[second.kid], null]);
    expect(keys.knownKeys(cluster).keys).toBe(read);
    expect(state.asked).toBe(3);
  });

  test('A21: lengthens no cool-down for unknown kids', async () => {
    const { keys, state, clock, refetchKeys } = setUp();
    await refetchKeys(cluster);
    await refetchKeys(cluster);
    clock.advance(-3600 * SECOND);
    keys.knownKeys(cluster);
    await settled();
    expect(state.asked).toBe(3);
    await refetchKeys(cluster);
    expect(state.asked).toBe(4);
    await refetchKeys(cluster);
    expect(state.asked).toBe(4);
  });

  test('keeps no cluster that failed from being asked for longer than the cool-down', async () => {
    const { state, clock, refetchKeys } = setUp();
    state.answer = fail;
    await refetchKeys(cluster);
    clock.advance(-1 * SECOND);
    expect(await refetchKeys(cluster)).toMatchObject({ unavailable: { retryAfterSeconds: 30 } });
    expect(state.asked).toBe(2);
    await refetchKeys(cluster);
    expect(state.asked).toBe(2);
  });
});

describe('A20: an answer without any usable key', () => {
  const answers: readonly (readonly Jwk[])[] = [[], [{ kty: 'oct', k: 'c2VjcmV0' }], [first, first]];

  test.each(answers)(
    'takes the place of no keys, which stay within their bound, and is reported',
    async (...jwks) => {
      const { keys, state, clock, reports, refetchKeys } = setUp();
      await refetchKeys(cluster);
      state.answer = () => Promise.resolve(fetchedJwks(jwks));
      clock.advance(3599 * SECOND);
      const { keys: kept, unavailable } = await refetchKeys(cluster);
      expect(kids(kept)).toEqual([first.kid]);
      expect(unavailable).toMatchObject({ reason: 'cluster_keys_unavailable', retryAfterSeconds: 30 });
      expect(reports.slice(1)).toEqual([
        {
          kind: 'unavailable',
          cluster: 'prod-eu',
          message: `cluster prod-eu published no usable key (${jwks.length} dropped)`,
        },
      ]);
      clock.advance(1 * SECOND);
      expect(keys.knownKeys(cluster).keys).toBeNull();
    },
  );

  test('is our trouble where nothing was known before', async () => {
    const { state, refetchKeys } = setUp();
    state.answer = () => Promise.resolve(fetchedJwks([]));
    expect(await refetchKeys(cluster)).toMatchObject({
      keys: null,
      unavailable: { reason: 'cluster_keys_unavailable' },
    });
  });
});
