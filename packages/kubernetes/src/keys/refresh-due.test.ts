import { createSigningKey } from '@symbolon/testkit';
import { describe, expect, test } from 'vitest';
import { clusterFixture } from '../cluster.test-support.ts';
import { fail, kids, SECOND, settled, setUp as setUpWith } from './key-cache.test-support.ts';
import type { FetchedJwks, Jwk } from './ports.ts';
import { fetchedJwks } from './published.test-support.ts';

const cluster = clusterFixture();
const first = createSigningKey('ES256').publicJwk as Jwk;
const second = createSigningKey('ES256').publicJwk as Jwk;
const setUp = () => setUpWith(() => Promise.resolve(fetchedJwks([first])));
const clusters = (count: number) =>
  Array.from({ length: count }, (_, index) => clusterFixture({ name: `c${index}` }));

describe('refreshDue', () => {
  test('reads the keys of new clusters, so that their first exchange waits for nothing', async () => {
    const { keys, state } = setUp();
    await keys.refreshDue([cluster]);
    expect(kids(keys.knownKeys(cluster).keys)).toEqual([first.kid]);
    expect(state.asked).toBe(1);
  });

  test('A22: reads keys again before they are stale without any traffic, so that hours later nothing waits', async () => {
    const { keys, state, clock } = setUp();
    for (let seconds = 0; seconds < 4 * 3600; seconds += 5) {
      await keys.refreshDue([cluster]);
      clock.advance(5 * SECOND);
    }
    expect(state.asked).toBe(48);
    state.answer = () => Promise.resolve(fetchedJwks([second]));
    clock.advance(295 * SECOND);
    await keys.refreshDue([cluster]);
    expect(kids(keys.knownKeys(cluster).keys)).toEqual([second.kid]);
    expect(state.asked).toBe(49);
  });

  test.each([
    [0, 300],
    [0.5, 270],
    [0.999, 241],
  ])('reads again up to a fifth sooner, by chance: with %d after %i seconds', async (random, expected) => {
    const { keys, state, clock } = setUp();
    state.random = random;
    await keys.refreshDue([cluster]);
    clock.advance((expected - 1) * SECOND);
    await keys.refreshDue([cluster]);
    expect(state.asked).toBe(1);
    clock.advance(1 * SECOND);
    await keys.refreshDue([cluster]);
    expect(state.asked).toBe(2);
  });

  test('never reads sooner than the cool-down, whatever the publisher says and chance brings', async () => {
    const { keys, state, clock } = setUp();
    state.random = 0.999;
    state.answer = () => Promise.resolve(fetchedJwks([first], 0));
    await keys.refreshDue([cluster]);
    clock.advance(30 * SECOND - 1);
    await keys.refreshDue([cluster]);
    expect(state.asked).toBe(1);
  });

  test('asks a dead cluster once a cool-down', async () => {
    const { keys, state, clock } = setUp();
    state.answer = fail;
    for (let seconds = 0; seconds < 60; seconds += 5) {
      await keys.refreshDue([cluster]);
      clock.advance(5 * SECOND);
    }
    expect(state.asked).toBe(2);
  });

  test('shares the one fetch in flight with those who need the keys', async () => {
    const { keys, state, refetchKeys } = setUp();
    await Promise.all([keys.refreshDue([cluster]), refetchKeys(cluster), keys.refreshDue([cluster])]);
    expect(state.asked).toBe(1);
  });

  test('asks at most eight clusters at once, and all of them in the end', async () => {
    const { keys, state } = setUp();
    let inFlight = 0;
    let most = 0;
    state.answer = async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await settled();
      inFlight -= 1;
      return fetchedJwks([first]);
    };
    await keys.refreshDue(clusters(50));
    expect([state.asked, most]).toEqual([50, 8]);
  });

  test('asks those last that failed the last time, so that they hold up nobody', async () => {
    const { keys, state, clock } = setUp();
    const isDead = (name: string) => Number(name.slice(1)) < 10;
    state.answer = ({ name }) => (isDead(name) ? fail() : Promise.resolve(fetchedJwks([first])));
    await keys.refreshDue(clusters(20));
    clock.advance(300 * SECOND);
    const asked: string[] = [];
    state.answer = ({ name }) => {
      asked.push(name);
      return Promise.resolve(fetchedJwks([first]));
    };
    await keys.refreshDue(clusters(20));
    expect(asked).toHaveLength(20);
    expect(asked.slice(0, 10).some(isDead)).toBe(false);
  });

  test('A21: leaves the cool-down of unknown kids as it is', async () => {
    const { keys, state, refetchKeys } = setUp();
    await keys.refreshDue([cluster]);
    for (let token = 0; token < 100; token += 1) {
      await refetchKeys(cluster);
      await keys.refreshDue([cluster]);
    }
    expect(state.asked).toBe(2);
  });
});

describe('a cluster that', () => {
  test.each([
    ['left the policy', []],
    ['was disabled', [{ ...cluster, enabled: false }]],
  ])('L14: %s is forgotten', async (_, present) => {
    const { keys, state } = setUp();
    await keys.refreshDue([cluster]);
    await keys.refreshDue(present);
    expect(keys.readHeldKeys(cluster)).toBeNull();
    expect(state.asked).toBe(1);
  });

  test('A09: was changed is read anew, and its old keys are not used', async () => {
    const { keys, state } = setUp();
    await keys.refreshDue([cluster]);
    const changed = clusterFixture({ revision: '2-b' });
    state.answer = () => Promise.resolve(fetchedJwks([second]));
    await keys.refreshDue([changed]);
    expect(kids(keys.knownKeys(changed).keys)).toEqual([second.kid]);
  });

  test('L14: is changed or taken away while others are read is not asked as it was', async () => {
    const { keys, state } = setUp();
    let proceed: (jwks: FetchedJwks) => void = () => expect.fail();
    const asked: string[] = [];
    const hanging = new Promise<FetchedJwks>((resolve) => (proceed = resolve));
    state.answer = ({ name, revision }) => {
      asked.push(`${name} ${revision}`);
      return hanging;
    };
    const before = clusters(10);
    const pass = keys.refreshDue(before);
    const changed = clusterFixture({ name: 'c8', revision: '2-b' });
    await keys.refreshDue([...before.slice(0, 8), changed]);
    proceed(fetchedJwks([first]));
    await pass;
    expect(asked).toHaveLength(8);
    await keys.refreshDue([...before.slice(0, 8), changed]);
    expect(asked.slice(8)).toEqual(['c8 2-b']);
  });

  test('goes on being read after a reporter that fails', async () => {
    const { keys, state, reports } = setUp();
    reports.push = () => expect.fail('the log is full');
    await expect(keys.refreshDue([cluster])).rejects.toThrow();
    reports.push = () => 0;
    await keys.refreshDue([clusterFixture({ revision: '2-b' })]);
    expect(state.asked).toBe(2);
  });
});
