import { type ConfigurationTransaction, type TombstoneKey, UnavailableError } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import type { Stores } from '../stores.ts';
import type { FreshStores } from './open-stores.ts';
import { auditQuery, keyOf, sampleChange, sampleCluster, sampleTombstone } from './samples.ts';

const VAULT = 'https://vault.example/Ünïcode?a=\'b\'&c="d"#🎟';

/** ReadTombstones, and the tombstones of a change. */
export function describeTombstones(fresh: FreshStores): void {
  describe('tombstones', () => {
    test('a tombstone comes back as it was written, within its change and after it', async () => {
      const stores = await fresh();
      const cluster = sampleTombstone('Cluster', 'production', { identityDomain: 'world' });
      const audience = sampleTombstone('Audience', VAULT, { identitySystem: 'sys', deletedBy: VAULT });
      const system = sampleTombstone('IdentitySystem', 'sys');
      await stores.change(async (transaction) => {
        for (const tombstone of [cluster, audience, system]) await transaction.writeTombstone(tombstone);
        expect(await transaction.readTombstone(audience.key)).toEqual(audience);
        expect(await transaction.listTombstones(everything)).toEqual([audience, cluster, system]);
      });
      for (const tombstone of [cluster, audience, system]) {
        expect(await stores.readTombstone(tombstone.key)).toEqual(tombstone);
      }
      expect(await stores.listTombstones(everything)).toEqual([audience, cluster, system]);
    });

    test('L4: a tombstone is of its kind and whole name alone: no prefix, other case or other kind', async () => {
      const stores = await fresh();
      await write(stores, sampleTombstone('Cluster', 'production'));
      const others: readonly TombstoneKey[] = [
        { kind: 'IdentitySystem', name: 'production' },
        { kind: 'Cluster', name: 'Production' },
        { kind: 'Cluster', name: 'productio' },
        { kind: 'Cluster', name: 'production ' },
      ];
      for (const key of others) expect(await stores.readTombstone(key)).toBeNull();
    });

    test('a second tombstone takes the place of the first with its key', async () => {
      const stores = await fresh();
      const first = sampleTombstone('Audience', VAULT, { identitySystem: 'a' });
      const second = {
        ...first,
        identitySystem: null,
        deletedAtMs: 1_795_400_001_000,
        epoch: { number: 9, id: 'e-9' },
      };
      await write(stores, first);
      await write(stores, second);
      expect(await stores.listTombstones(everything)).toEqual([second]);
    });

    test('lists go page by page in byte order of kind and name, or of the names of one kind', async () => {
      const stores = await fresh();
      const names = ['A', 'a', 'a-1', 'a.b', 'a1', 'é', '\u{fffd}', '🎟'];
      await stores.change(async (transaction) => {
        for (const name of names.toReversed()) {
          await transaction.writeTombstone(sampleTombstone('IdentitySystem', name));
          await transaction.writeTombstone(sampleTombstone('Audience', name));
        }
      });
      const inOrder = ['Audience', 'IdentitySystem'].flatMap((kind) => names.map((name) => ({ kind, name })));
      expect(await pages(stores, { kind: null })).toEqual(inOrder);
      expect(await pages(stores, { kind: 'IdentitySystem' })).toEqual(inOrder.slice(names.length));
      expect(await pages(stores, { kind: 'Cluster' })).toEqual([]);
    });

    test.each(['\0', 'a\0', '\ud800', 'x'.repeat(10_000_000), "'; DROP TABLE tombstones;--", ''])(
      'nothing is there under a name that nobody can have, and no error: %#',
      async (name) => {
        const stores = await fresh();
        await write(stores, sampleTombstone('Audience', 'a'));
        const key = { kind: 'Audience', name } as const;
        expect(await stores.readTombstone(key)).toBeNull();
        expect(await stores.change((transaction) => transaction.deleteTombstone(key))).toBe(false);
        expect(
          await stores.listTombstones({ ...everything, after: { kind: 'IdentitySystem', name } }),
        ).toEqual([]);
      },
    );

    test('neither leaving nor releasing a tombstone moves the epoch, and each says what it did', async () => {
      const stores = await fresh();
      const { key } = sampleTombstone('Cluster', 'production');
      const before = (await stores.readSnapshot()).epoch;
      await write(stores, sampleTombstone('Cluster', 'production'));
      const release = (transaction: ConfigurationTransaction) => transaction.deleteTombstone(key);
      expect(await stores.change(release)).toBe(true);
      expect(await stores.change(release)).toBe(false);
      expect(await stores.readTombstone(key)).toBeNull();
      expect((await stores.readSnapshot()).epoch).toEqual(before);
    });

    test('a release is committed with its audit event, under whichever epoch the event names', async () => {
      const stores = await fresh();
      const tombstone = sampleTombstone('Audience', VAULT, { identitySystem: 'sys' });
      await write(stores, tombstone);
      const before = (await stores.readSnapshot()).epoch;
      for (const epoch of [before, { number: 999, id: 'never' }]) {
        await write(stores, tombstone);
        await stores.change(async (transaction) => {
          await transaction.deleteTombstone(tombstone.key);
          const object = { ...tombstone.key, identitySystem: 'sys' };
          await transaction.recordChange({ ...sampleChange('r-1'), operation: 'release', object, epoch });
        });
        expect(await stores.readTombstone(tombstone.key)).toBeNull();
      }
      const events = await stores.listAuditEvents(auditQuery({ filter: { identitySystem: 'sys' } }));
      expect(events.map(({ event }) => event)).toMatchObject([
        { operation: 'release', object: { kind: 'Audience', name: VAULT }, epoch: before },
        { operation: 'release', epoch: { number: 999, id: 'never' } },
      ]);
    });

    test('a change that fails leaves no tombstone and releases none', async () => {
      const stores = await fresh();
      const kept = sampleTombstone('Cluster', 'kept');
      await write(stores, kept);
      const change = stores.change(async (transaction) => {
        await transaction.writeTombstone(sampleTombstone('Cluster', 'never'));
        await transaction.deleteTombstone(kept.key);
        throw new Error('412');
      });
      await expect(change).rejects.toThrow('412');
      expect(await stores.listTombstones(everything)).toEqual([kept]);
    });

    test('A63: a tombstone outlives what bears its name, and the deletion of what does', async () => {
      const stores = await fresh();
      const tombstone = sampleTombstone('Cluster', 'production');
      await write(stores, tombstone);
      await stores.change((transaction) => transaction.write(sampleCluster('production')));
      await stores.change((transaction) => transaction.delete(keyOf('Cluster', 'production')));
      expect(await stores.readTombstone(tombstone.key)).toEqual(tombstone);
    });

    test('A63: of many who release one tombstone at once exactly one did', async () => {
      const stores = await fresh();
      const { key } = sampleTombstone('Cluster', 'production');
      await write(stores, sampleTombstone('Cluster', 'production'));
      const released = await Promise.all(
        Array.from({ length: 20 }, () => stores.change((transaction) => transaction.deleteTombstone(key))),
      );
      expect(released.filter(Boolean)).toHaveLength(1);
    });

    test('of many who leave one at once each sees the one before: none is lost unseen', async () => {
      const stores = await fresh();
      const seen = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          stores.change(async (transaction) => {
            const { key } = sampleTombstone('Cluster', 'production');
            const before = await transaction.readTombstone(key);
            await transaction.writeTombstone(
              sampleTombstone('Cluster', 'production', { deletedBy: `${index}` }),
            );
            return before?.deletedBy ?? null;
          }),
        ),
      );
      expect(new Set(seen).size).toBe(20);
      expect(seen.filter((deletedBy) => deletedBy === null)).toHaveLength(1);
      expect(await stores.listTombstones(everything)).toHaveLength(1);
    });

    test('a tombstone with text that no database can store is refused', async () => {
      const stores = await fresh();
      for (const text of ['\0', '\udfff']) {
        await expect(write(stores, sampleTombstone('Audience', text))).rejects.toThrow(UnavailableError);
      }
      expect(await stores.listTombstones(everything)).toEqual([]);
    });
  });
}

const everything = { kind: null, after: null, limit: 100 } as const;

function write(stores: Stores, tombstone: ReturnType<typeof sampleTombstone>): Promise<void> {
  return stores.change((transaction) => transaction.writeTombstone(tombstone));
}

async function pages(
  stores: Stores,
  { kind }: { readonly kind: TombstoneKey['kind'] | null },
): Promise<readonly TombstoneKey[]> {
  const keys: TombstoneKey[] = [];
  for (;;) {
    const page = await stores.listTombstones({ kind, after: keys.at(-1) ?? null, limit: 3 });
    keys.push(...page.map(({ key }) => key));
    if (page.length < 3) return keys;
  }
}
