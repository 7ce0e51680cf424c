import { UnavailableError } from '@symbolon/core';
import { createSigningKey } from '@symbolon/testkit';
import { describe, expect, test } from 'vitest';
import { clusterFixture } from '../cluster.test-support.ts';
import { fail, kids, SECOND, setUp } from './key-cache.test-support.ts';
import type { FetchedJwks, Jwk, PublishedJwks } from './ports.ts';
import { fetchedJwks, publishedJwks } from './published.test-support.ts';

const cluster = clusterFixture();
const [old, next, third] = ['ES256', 'ES256', 'ES256'].map(
  () => createSigningKey('ES256').publicJwk as Jwk,
) as [Jwk, Jwk, Jwk];
const A = 'https://a.company.com';
const B = 'https://b.company.com';

const of = (issuer: string, ...keys: Jwk[]) => publishedJwks(keys, { issuer });
const all = (...published: PublishedJwks[]): FetchedJwks => ({ published, failure: null });
const without = (...published: PublishedJwks[]): FetchedJwks => ({
  published,
  failure: new UnavailableError('cluster_keys_unavailable', 'an issuer is down'),
});

describe('an issuer migration: two issuers, each with its own keys', () => {
  const migrating = () => setUp(() => Promise.resolve(all(of(A, old), of(B, next))));

  test('S92: uses the keys of both', async () => {
    const { refetchKeys } = migrating();
    const { keys, unavailable } = await refetchKeys(cluster);
    expect(kids(keys)).toEqual([old.kid, next.kid]);
    expect(unavailable).toBeNull();
  });

  test('S92: uses the keys of one while the other never answered; a kid that is missing is our trouble', async () => {
    const { state, refetchKeys, reports } = migrating();
    state.answer = () => Promise.resolve(without(of(B, next)));
    const { keys, unavailable } = await refetchKeys(cluster);
    expect(kids(keys)).toEqual([next.kid]);
    expect(unavailable).toMatchObject({ reason: 'cluster_keys_unavailable', retryAfterSeconds: 30 });
    expect(reports).toEqual([
      { kind: 'read', cluster: 'prod-eu', usable: 1, dropped: 0 },
      { kind: 'unavailable', cluster: 'prod-eu', message: 'an issuer is down' },
    ]);
  });

  test('A22: keeps the keys of an issuer that fails for an hour from when they were read, and renews the others', async () => {
    const { clock, state, refetchKeys } = migrating();
    await refetchKeys(cluster);
    state.answer = () => Promise.resolve(without(of(B, third)));
    clock.advance(3599 * SECOND);
    expect(kids((await refetchKeys(cluster)).keys)).toEqual([third.kid, old.kid]);
    clock.advance(1 * SECOND);
    const { keys, unavailable } = await refetchKeys(cluster);
    expect(kids(keys)).toEqual([third.kid]);
    expect(unavailable).not.toBeNull();
    state.answer = fail;
    clock.advance(3598 * SECOND);
    expect(kids((await refetchKeys(cluster)).keys)).toEqual([third.kid]);
    clock.advance(1 * SECOND);
    expect(await refetchKeys(cluster)).toMatchObject({ keys: null, unavailable: expect.anything() });
  });

  test('A22: ends a withdrawn key of the one that answers, whatever the other does', async () => {
    const { clock, state, refetchKeys } = migrating();
    await refetchKeys(cluster);
    state.answer = () => Promise.resolve(without(of(B, third)));
    clock.advance(31 * SECOND);
    expect(kids((await refetchKeys(cluster)).keys)).not.toContain(next.kid);
  });

  test('A21: asks a cluster of which a part fails once a cool-down, however many kids are unknown', async () => {
    const { clock, state, refetchKeys } = migrating();
    state.answer = () => Promise.resolve(without(of(B, next)));
    for (let token = 0; token < 1000; token += 1) await refetchKeys(cluster);
    expect(state.asked).toBe(1);
    clock.advance(30 * SECOND);
    for (let token = 0; token < 1000; token += 1) await refetchKeys(cluster);
    expect(state.asked).toBe(2);
  });

  test('A20: an issuer that publishes no usable key takes the place of none of its own, and of no other', async () => {
    const { clock, state, refetchKeys } = migrating();
    await refetchKeys(cluster);
    state.answer = () => Promise.resolve(all(of(A), of(B, third)));
    clock.advance(31 * SECOND);
    const { keys, unavailable } = await refetchKeys(cluster);
    expect(kids(keys)).toEqual([third.kid, old.kid]);
    expect(unavailable?.message).toContain('no usable key');
  });

  test('A20: issuers that publish different keys under one kid leave those that were known', async () => {
    const { clock, state, refetchKeys } = migrating();
    await refetchKeys(cluster);
    state.answer = () => Promise.resolve(all(of(A, old), of(B, { ...next, kid: old.kid })));
    clock.advance(31 * SECOND);
    const { keys, unavailable } = await refetchKeys(cluster);
    expect(kids(keys)).toEqual([old.kid, next.kid]);
    expect(unavailable?.message).toContain('no usable key');
  });

  test('forgets an issuer that answers no more but is no failure', async () => {
    const { clock, state, refetchKeys } = migrating();
    await refetchKeys(cluster);
    state.answer = () => Promise.resolve(all(of(B, next)));
    clock.advance(31 * SECOND);
    expect(kids((await refetchKeys(cluster)).keys)).toEqual([next.kid]);
  });
});

describe('what an attempt is given', () => {
  test('is what the earlier ones read, so that it can ask whether that was modified, and renews its age', async () => {
    const published = publishedJwks([old]);
    const { clock, state, refetchKeys } = setUp(() => Promise.resolve(all(published)));
    await refetchKeys(cluster);
    const given: (readonly PublishedJwks[])[] = [];
    state.answer = (_, held) => {
      given.push(held);
      return Promise.resolve({ published: held, failure: null });
    };
    for (let hour = 0; hour < 5; hour += 1) {
      clock.advance(3599 * SECOND);
      expect(kids((await refetchKeys(cluster)).keys)).toEqual([old.kid]);
    }
    expect(given).toHaveLength(5);
    expect(given.every((held) => held[0] === published)).toBe(true);
  });

  test('A22: is nothing that is older than the bound', async () => {
    const { clock, state, refetchKeys } = setUp(() => Promise.resolve(fetchedJwks([old])));
    await refetchKeys(cluster);
    clock.advance(3600 * SECOND);
    state.answer = (_, held) => Promise.resolve({ published: held, failure: null });
    expect(await refetchKeys(cluster)).toMatchObject({ keys: null, unavailable: expect.anything() });
  });

  test('A22: counts the age of keys from when they were asked for, not from when the answer came', async () => {
    const { clock, keys, state, refetchKeys } = setUp(() => Promise.resolve(fetchedJwks([old])));
    state.answer = () => {
      clock.advance(5 * SECOND);
      return Promise.resolve(fetchedJwks([old]));
    };
    const askedAtMs = clock.now();
    await refetchKeys(cluster);
    expect(keys.readHeldKeys(cluster)).toMatchObject({ readAtMs: askedAtMs });
  });
});

describe('what is held', () => {
  test('is told without a key, and as nothing before anybody was asked', async () => {
    const { clock, keys, refetchKeys } = setUp(() =>
      Promise.resolve(fetchedJwks([old, next, { kty: 'oct', k: 'c2VjcmV0' }])),
    );
    expect(keys.readHeldKeys(cluster)).toBeNull();
    const readAtMs = clock.now();
    await refetchKeys(cluster);
    expect(keys.readHeldKeys(cluster)).toEqual({
      readAtMs,
      keyIds: [old.kid, next.kid],
      dropped: 1,
      failure: null,
      unusableAtMs: readAtMs + 3600 * SECOND,
    });
    expect(keys.readHeldKeys(clusterFixture({ revision: '2-b' }))).toBeNull();
    expect(keys.readHeldKeys(clusterFixture({ name: 'other' }))).toBeNull();
  });

  test('A22: tells no key id that would verify nothing any more, and why', async () => {
    const { clock, keys, state, refetchKeys } = setUp(() => Promise.resolve(fetchedJwks([old])));
    await refetchKeys(cluster);
    state.answer = fail;
    clock.advance(3600 * SECOND);
    await refetchKeys(cluster);
    expect(keys.readHeldKeys(cluster)).toMatchObject({ keyIds: [], failure: 'it is down' });
  });

  test('is told where only a failure is known', async () => {
    const { keys, refetchKeys } = setUp(fail);
    await refetchKeys(cluster);
    expect(keys.readHeldKeys(cluster)).toEqual({
      readAtMs: null,
      keyIds: [],
      dropped: 0,
      failure: 'it is down',
      unusableAtMs: null,
    });
  });

  test('never grows too old where it stands in the configuration', async () => {
    const inline = clusterFixture({ validation: { mode: 'offline', jwks: { source: 'inline', keys: [] } } });
    const { keys, refetchKeys } = setUp(() => Promise.resolve(fetchedJwks([old])));
    await refetchKeys(inline);
    expect(keys.readHeldKeys(inline)).toMatchObject({ unusableAtMs: null });
  });
});

describe('reports', () => {
  test('come when something changes: other keys, a failure, another failure, the end of it', async () => {
    const { clock, reports, state, refetchKeys } = setUp(() => Promise.resolve(fetchedJwks([old])));
    const attempts = [
      () => Promise.resolve(fetchedJwks([old])),
      () => Promise.resolve(fetchedJwks([old])),
      () => Promise.resolve(fetchedJwks([old, next])),
      fail,
      fail,
      () => Promise.reject(new UnavailableError('cluster_keys_unavailable', 'it is on fire')),
      () => Promise.resolve(fetchedJwks([old, next])),
    ];
    for (const attempt of attempts) {
      state.answer = attempt;
      clock.advance(31 * SECOND);
      await refetchKeys(cluster);
    }
    expect(state.asked).toBe(attempts.length);
    expect(reports.map((report) => (report.kind === 'read' ? report.usable : report.message))).toEqual([
      1,
      2,
      'it is down',
      'it is on fire',
      2,
    ]);
  });
});
