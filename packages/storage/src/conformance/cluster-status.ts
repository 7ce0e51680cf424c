import type { ClusterStatus, KeySnapshot } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import { STOPPED_MS } from '../cluster-status-terms.ts';
import type { FreshStores } from './open-stores.ts';

const NOW_MS = 1_795_400_000_123;

const status = (cluster: string, replica: string, given: Partial<ClusterStatus> = {}): ClusterStatus => ({
  cluster,
  replica,
  writtenAtMs: NOW_MS,
  readAtMs: NOW_MS - 1,
  keyIds: ['key "1"', 'ключ'],
  dropped: 2,
  failure: null,
  unusableAtMs: NOW_MS + 3_600_000,
  ...given,
});

const snapshot = (given: Partial<KeySnapshot> = {}): KeySnapshot => ({
  cluster: 'production',
  revision: '7 e-7',
  readAtMs: NOW_MS,
  published: [{ issuer: null, keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AA', kid: 'a' }] }],
  ...given,
});

/** ClusterStatusStore, KeySnapshotStore. */
export function describeClusterStatus(fresh: FreshStores): void {
  describe('cluster status', () => {
    test('what each replica says of a cluster comes back as it was written, in byte order of the replicas', async () => {
      const stores = await fresh();
      const bare = { readAtMs: null, keyIds: [], failure: 'the answer was no JWK Set', unusableAtMs: null };
      const written = ['B', 'a', 'é'].map((replica) => status('production', replica, bare));
      for (const one of written.toReversed()) {
        await stores.writeClusterStatus(one.replica, [one, status('edge', one.replica)], NOW_MS);
      }
      expect(await stores.readClusterStatus('production')).toEqual(written);
      expect((await stores.readClusterStatus('edge')).map(({ replica }) => replica)).toEqual(['B', 'a', 'é']);
      expect(await stores.readClusterStatus('never-there')).toEqual([]);
    });

    test('what a replica writes takes the place of all that it wrote before, and of nothing else', async () => {
      const stores = await fresh();
      await stores.writeClusterStatus('a', [status('production', 'a'), status('edge', 'a')], NOW_MS);
      await stores.writeClusterStatus('b', [status('edge', 'b')], NOW_MS);
      const later = status('production', 'a', { writtenAtMs: NOW_MS + 5_000, dropped: 0 });
      await stores.writeClusterStatus('a', [later], NOW_MS + 5_000);
      expect(await stores.readClusterStatus('production')).toEqual([later]);
      expect(await stores.readClusterStatus('edge')).toEqual([status('edge', 'b')]);
      await stores.writeClusterStatus('a', [], NOW_MS + 5_000);
      expect(await stores.readClusterStatus('production')).toEqual([]);
    });

    test('replicas that stopped are forgotten after an hour, and not before', async () => {
      const stores = await fresh();
      const old = status('production', 'old');
      await stores.writeClusterStatus('old', [old], NOW_MS);
      const live = status('production', 'live', { writtenAtMs: NOW_MS + STOPPED_MS });
      await stores.writeClusterStatus('live', [live], NOW_MS + STOPPED_MS);
      expect(await stores.readClusterStatus('production')).toEqual([live, old]);
      await stores.writeClusterStatus('live', [live], NOW_MS + STOPPED_MS + 1);
      expect(await stores.readClusterStatus('production')).toEqual([live]);
    });

    test('no key id that a cluster publishes can make the rows fail', async () => {
      const stores = await fresh();
      const hostile = status('production', 'a', {
        keyIds: ['a\0b', '\ud800', '\'"; DROP TABLE cluster_status;--'],
      });
      await stores.writeClusterStatus('a', [hostile, status('edge', 'a')], NOW_MS);
      expect(await stores.readClusterStatus('production')).toEqual([hostile]);
      expect(await stores.readClusterStatus('edge')).toHaveLength(1);
    });

    test('replicas that write at once all have their rows', async () => {
      const stores = await fresh();
      await stores.writeClusterStatus('gone', [status('production', 'gone')], NOW_MS);
      const nowMs = NOW_MS + STOPPED_MS + 1;
      const replicas = 'abcdefghij'.split('');
      await Promise.all(
        replicas.map((replica) =>
          stores.writeClusterStatus(replica, [status('production', replica, { writtenAtMs: nowMs })], nowMs),
        ),
      );
      const read = await stores.readClusterStatus('production');
      expect(read.map(({ replica }) => replica)).toEqual(replicas);
    });
  });

  describe('key snapshots', () => {
    test('the keys of a cluster come back as they were read, to the letter', async () => {
      const stores = await fresh();
      expect(await stores.readKeySnapshot('production')).toBeNull();
      const published = [
        { issuer: 'https://a.example', keys: [{ kid: 'a\0b \ud800', zebra: 1, a: [null, 'Ünïcode 🎟'] }] },
        { issuer: 'https://b.example', keys: [] },
      ];
      await stores.writeKeySnapshot(snapshot({ published }));
      await stores.writeKeySnapshot(snapshot({ cluster: 'edge' }));
      const read = await stores.readKeySnapshot('production');
      expect(JSON.stringify(read?.published)).toBe(JSON.stringify(published));
      expect(read).toEqual(snapshot({ published }));
    });

    test('keys that were read before those that are stored never take their place', async () => {
      const stores = await fresh();
      const later = snapshot({ readAtMs: NOW_MS + 1, revision: '8 e-8', published: [] });
      await stores.writeKeySnapshot(later);
      await stores.writeKeySnapshot(snapshot());
      expect(await stores.readKeySnapshot('production')).toEqual(later);
      const same = { ...later, revision: '9 e-9' };
      await stores.writeKeySnapshot(same);
      expect(await stores.readKeySnapshot('production')).toEqual(same);
    });
  });
}
