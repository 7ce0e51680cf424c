import { type Cluster, type KeySnapshot, UnavailableError } from '@symbolon/core';
import { createSigningKey } from '@symbolon/testkit';
import { describe, expect, test } from 'vitest';
import { clusterFixture } from '../cluster.test-support.ts';
import { kids, SECOND, setUp } from './key-cache.test-support.ts';
import type { FetchedJwks, Jwk } from './ports.ts';
import { fetchedJwks, publishedJwks } from './published.test-support.ts';
import { createSnapshotKeys } from './snapshot-keys.ts';

const cluster = clusterFixture();
const [first, second] = [createSigningKey('ES256'), createSigningKey('ES256')].map(
  ({ publicJwk }) => publicJwk as Jwk,
) as [Jwk, Jwk];
const SECRET: Jwk = { kty: 'oct', kid: 'secret', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0' };
const PRIVATE: Jwk = { ...first, kid: 'private', d: 'ZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGQ' };

const inlineCluster = (key: Jwk): Cluster =>
  clusterFixture({
    validation: { mode: 'offline', jwks: { source: 'inline', keys: [{ kty: 'EC', ...key }] } },
  });

/** A gateway that read what `published` says, and a process that has nothing but its snapshot. */
async function gatewayAndAdmin(published: FetchedJwks, of: Cluster = cluster) {
  const gateway = setUp(() => Promise.resolve(published));
  await gateway.refetchKeys(of);
  const state = { snapshot: gateway.keys.snapshotKeys(of), reads: 0 };
  const admin = createSnapshotKeys({
    now: gateway.clock.now,
    reportKeys: () => {},
    readKeySnapshot: async () => {
      state.reads += 1;
      // As a store does, which keeps text.
      return JSON.parse(JSON.stringify(state.snapshot)) as KeySnapshot | null;
    },
  });
  return {
    ...gateway,
    gateway,
    admin,
    stored: state,
    ask: (asked = of) => admin.refetchKeys(asked, admin.knownKeys(asked).keys, null),
  };
}

describe('what leaves a gateway', () => {
  test('A09: no member of a key that is private or symmetric, whatever a cluster publishes', async () => {
    const { stored } = await gatewayAndAdmin(fetchedJwks([first, SECRET, PRIVATE, { ...SECRET, kid: 7 }]));
    expect(stored.snapshot).toEqual({
      cluster: 'prod-eu',
      revision: '1-a',
      readAtMs: 1_795_000_000_000,
      published: [{ issuer: null, keys: [first, { kid: 'secret' }, { kid: 'private' }, {}] }],
    });
  });

  test('nothing of a cluster that was not read, is configured otherwise by now, or has its keys in its configuration', async () => {
    const { gateway } = await gatewayAndAdmin(fetchedJwks([first]));
    expect(gateway.keys.snapshotKeys(clusterFixture({ name: 'other' }))).toBeNull();
    expect(gateway.keys.snapshotKeys(clusterFixture({ revision: '2-b' }))).toBeNull();
    const inline = { ...inlineCluster(first), name: 'inline' };
    await gateway.refetchKeys(inline);
    expect(gateway.keys.readHeldKeys(inline)?.keyIds).toHaveLength(1);
    expect(gateway.keys.snapshotKeys(inline)).toBeNull();
  });

  test('A22: nothing once it is too old for the gateway itself', async () => {
    const { gateway, clock } = await gatewayAndAdmin(fetchedJwks([first]));
    clock.advance(3600 * SECOND);
    expect(gateway.keys.snapshotKeys(cluster)).toBeNull();
  });
});

describe('a process with a snapshot alone verifies by the very keys of the gateway', () => {
  const other = { ...second, kid: first.kid ?? '' };
  test.each<[string, FetchedJwks]>([
    ['one key, and a token need name none', fetchedJwks([first])],
    ['two keys', fetchedJwks([first, second])],
    ['a key beside one that is not used: a token must name it', fetchedJwks([first, SECRET])],
    ['two keys of one id, which are not told apart', fetchedJwks([first, other, { ...second, kid: 'b' }])],
    [
      'a key that shares its id with one that is not used',
      fetchedJwks([{ ...SECRET, kid: first.kid }, first, second]),
    ],
    [
      'those of two issuers',
      {
        published: [
          publishedJwks([first], { issuer: 'https://a' }),
          publishedJwks([first, second], { issuer: 'https://b' }),
        ],
        failure: null,
      },
    ],
  ])('%s', async (_, published) => {
    const { gateway, ask } = await gatewayAndAdmin(published);
    const held = gateway.keys.knownKeys(cluster).keys;
    const { keys, unavailable } = await ask();
    expect(unavailable).toBeNull();
    expect(kids(keys)).toEqual(kids(held));
    expect(keys?.only === null).toBe(held?.only === null);
    expect(keys?.dropped).toBe(held?.dropped);
  });

  test('those in the configuration need no gateway', async () => {
    const { ask, stored } = await gatewayAndAdmin(fetchedJwks([first]));
    const { keys } = await ask(inlineCluster(second));
    expect([kids(keys), stored.reads]).toEqual([[second.kid], 0]);
  });
});

describe('what is not known is our trouble, and no word about a token', () => {
  test('no gateway has read the keys', async () => {
    const { ask, stored, clock } = await gatewayAndAdmin(fetchedJwks([first]));
    const { snapshot } = stored;
    stored.snapshot = null;
    expect(await ask()).toMatchObject({ keys: null, unavailable: { reason: 'cluster_keys_unavailable' } });
    stored.snapshot = snapshot;
    clock.advance(SECOND);
    expect(kids((await ask()).keys)).toEqual([first.kid]);
  });

  test('A09: keys that were read of the cluster as it was configured before are not those of the cluster', async () => {
    const { ask } = await gatewayAndAdmin(fetchedJwks([first]));
    expect(await ask(clusterFixture({ revision: '2-b' }))).toMatchObject({
      keys: null,
      unavailable: { reason: 'cluster_keys_unavailable' },
    });
  });

  test('A22: keys are used until they are an hour old, from when the gateway asked for them and not from when they came here', async () => {
    const { ask, clock } = await gatewayAndAdmin(fetchedJwks([first]));
    clock.advance(3599 * SECOND);
    const late = await ask();
    expect(kids(late.keys)).toEqual([first.kid]);
    // That none could renew them may be why a token's key is missing.
    expect(late.unavailable).not.toBeNull();
    clock.advance(SECOND);
    expect(await ask()).toMatchObject({ keys: null, unavailable: { reason: 'cluster_keys_unavailable' } });
  });

  test('A22: a snapshot that was too old when it was first seen is not used', async () => {
    const { ask, clock } = await gatewayAndAdmin(fetchedJwks([first]));
    clock.advance(3600 * SECOND);
    expect(await ask()).toMatchObject({ keys: null, unavailable: { reason: 'cluster_keys_unavailable' } });
  });

  test('a clock that is a little ahead of ours makes no trouble, one that is far ahead has no age that is known', async () => {
    const { ask, clock, stored } = await gatewayAndAdmin(fetchedJwks([first]));
    stored.snapshot = { ...(stored.snapshot as KeySnapshot), readAtMs: clock.now() + 61_000 };
    expect((await ask()).keys).toBeNull();
    clock.advance(SECOND);
    expect(kids((await ask()).keys)).toEqual([first.kid]);
  });

  test('a store that cannot answer', async () => {
    const admin = createSnapshotKeys({
      now: () => 1_795_000_000_000,
      reportKeys: () => {},
      readKeySnapshot: () => Promise.reject(new UnavailableError('storage_unavailable', 'it is down')),
    });
    expect(await admin.refetchKeys(cluster, null, null)).toMatchObject({
      keys: null,
      unavailable: { reason: 'storage_unavailable' },
    });
  });
});

test('A22: a key that the cluster withdrew ends here too, once a gateway has read that', async () => {
  const { ask, clock, state, gateway, stored } = await gatewayAndAdmin(fetchedJwks([first, second]));
  expect(kids((await ask()).keys)).toEqual([first.kid, second.kid]);
  state.answer = () => Promise.resolve(fetchedJwks([second]));
  clock.advance(301 * SECOND);
  await gateway.keys.refreshDue([cluster]);
  stored.snapshot = gateway.keys.snapshotKeys(cluster);
  expect(kids((await ask()).keys)).toEqual([second.kid]);
});
