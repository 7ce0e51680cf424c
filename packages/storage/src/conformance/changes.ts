import { type ConfigurationTransaction, UnavailableError } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import type { FreshStores } from './open-stores.ts';
import {
  auditQuery,
  keyOf,
  sampleChange,
  sampleCluster,
  sampleRule,
  sampleSystem,
  sampleTarget,
} from './samples.ts';

/** ChangeConfiguration: what a change is in whole, and the epoch. */
export function describeChanges(fresh: FreshStores): void {
  describe('changes', () => {
    test('a change sees what it wrote, and nobody else does before its end', async () => {
      const stores = await fresh();
      await stores.change(async (transaction) => {
        const written = await transaction.write(sampleCluster('production'));
        expect(await transaction.read(written.key)).toEqual(written);
        expect(
          await transaction.list({ kind: 'Cluster', identitySystem: null, after: null, limit: 9 }),
        ).toEqual([written]);
      });
      expect(await stores.read(keyOf('Cluster', 'production'))).not.toBeNull();
    });

    test('the epoch rises by one with every change that writes, under an id that was never used', async () => {
      const stores = await fresh();
      const epochs = [(await stores.readSnapshot()).epoch];
      for (const name of ['a', 'b', 'c']) {
        const announced = await stores.change(async (transaction) => {
          await transaction.write(sampleCluster(name));
          await transaction.write(sampleSystem(name));
          return transaction.nextEpoch;
        });
        epochs.push(announced);
        expect((await stores.readSnapshot()).epoch).toEqual(announced);
        expect((await stores.read(keyOf('Cluster', name)))?.metadata.epoch).toEqual(announced);
      }
      const first = epochs[0]?.number ?? Number.NaN;
      expect(epochs.map(({ number }) => number)).toEqual([first, first + 1, first + 2, first + 3]);
      expect(new Set(epochs.map(({ id }) => id)).size).toBe(4);
    });

    test('a change that writes nothing moves no epoch', async () => {
      const stores = await fresh();
      const before = (await stores.readSnapshot()).epoch;
      await stores.change(async (transaction) => {
        await transaction.read(keyOf('Cluster', 'production'));
        await transaction.delete(keyOf('Cluster', 'never-there'));
        await transaction.writeClusterCredential('never-there', null);
        await transaction.recordChange(sampleChange('r-1'));
      });
      expect((await stores.readSnapshot()).epoch).toEqual(before);
    });

    test('a deletion moves the epoch, as does a new credential of a cluster', async () => {
      const stores = await fresh();
      await stores.change((transaction) => transaction.write(sampleCluster('production')));
      const moves: ((transaction: ConfigurationTransaction) => Promise<unknown>)[] = [
        (transaction) => transaction.writeClusterCredential('production', 'sealed'),
        (transaction) => transaction.writeClusterCredential('production', null),
        (transaction) => transaction.delete(keyOf('Cluster', 'production')),
      ];
      for (const move of moves) {
        const before = (await stores.readSnapshot()).epoch.number;
        await stores.change(move);
        expect((await stores.readSnapshot()).epoch.number).toBe(before + 1);
      }
    });

    test('whatever the work throws comes out as it is and leaves nothing: object, audience, credential, event, epoch', async () => {
      const stores = await fresh();
      await stores.change((transaction) => transaction.write(sampleCluster('kept')));
      const before = await stores.readSnapshot();
      const objection = new Error('412');
      const change = stores.change(async (transaction) => {
        await transaction.write(sampleCluster('production'));
        await transaction.writeClusterCredential('production', 'sealed');
        await transaction.writeClusterCredential('kept', 'sealed');
        await transaction.write(sampleSystem('sys'));
        await transaction.write(sampleTarget('sys', 'vault', ['https://vault.example']));
        await transaction.recordChange(sampleChange('r-1'));
        throw objection;
      });
      await expect(change).rejects.toBe(objection);
      expect(await stores.readSnapshot()).toEqual(before);
      expect(await stores.readClusterCredential('production')).toBeNull();
      expect(await stores.readClusterCredential('kept')).toBeNull();
      expect(await stores.listAuditEvents(auditQuery())).toEqual([]);
      await stores.change(async (transaction) => {
        expect(await transaction.findTargetByAudience('https://vault.example')).toBeNull();
      });
    });

    test('of two changes begun together the second waits, and sees what the first wrote', async () => {
      const stores = await fresh();
      const order: string[] = [];
      const firstMayEnd = Promise.withResolvers<void>();
      const firstHasBegun = Promise.withResolvers<void>();
      const first = stores.change(async (transaction) => {
        order.push('first begins');
        firstHasBegun.resolve();
        await firstMayEnd.promise;
        await transaction.write(sampleCluster('production'));
        order.push('first ends');
        return transaction.nextEpoch;
      });
      await firstHasBegun.promise;
      const second = stores.change(async (transaction) => {
        order.push('second begins');
        const seen = await transaction.read(keyOf('Cluster', 'production'));
        return { seen, epoch: transaction.nextEpoch };
      });
      firstMayEnd.resolve();
      const { seen, epoch } = await second;
      expect(order).toEqual(['first begins', 'first ends', 'second begins']);
      expect(seen?.metadata.epoch).toEqual(await first);
      expect(epoch.number).toBe((await first).number + 1);
    });

    test('fifty changes at once: each counts what it read plus one, and none is lost', async () => {
      const stores = await fresh();
      const key = keyOf('Cluster', 'counter');
      const increment = () =>
        stores.change(async (transaction) => {
          const count = Number((await transaction.read(key))?.labels.count ?? 0);
          await transaction.write({ ...sampleCluster('counter'), labels: { count: String(count + 1) } });
        });
      await Promise.all(Array.from({ length: 50 }, increment));
      expect((await stores.read(key))?.labels).toEqual({ count: '50' });
    });

    test('a change that fails does not stop the next', async () => {
      const stores = await fresh();
      await expect(stores.change(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
      await stores.change((transaction) => transaction.write(sampleCluster('production')));
      expect(await stores.read(keyOf('Cluster', 'production'))).not.toBeNull();
    });

    test('a refused write that the work swallows still spoils the whole change, which is not reported as done', async () => {
      const stores = await fresh();
      const before = await stores.readSnapshot();
      const swallowing = stores.change(async (transaction) => {
        await transaction.write(sampleCluster('production'));
        await transaction.write(sampleRule('no-such-system', 'rule')).catch(() => {});
      });
      await expect(swallowing).rejects.toThrow(UnavailableError);
      const swallowingFirst = stores.change(async (transaction) => {
        await transaction.write(sampleRule('no-such-system', 'rule')).catch(() => {});
      });
      await expect(swallowingFirst).rejects.toThrow(UnavailableError);
      expect(await stores.readSnapshot()).toEqual(before);
    });

    test('a call that the work did not wait for is of the change, epoch and all, or is refused', async () => {
      const stores = await fresh();
      const before = (await stores.readSnapshot()).epoch;
      await stores.change(async (transaction) => {
        void transaction.write(sampleCluster('production')).catch(() => {});
      });
      const { epoch, clusters } = await stores.readSnapshot();
      expect(epoch.number - before.number).toBe(clusters.length);
    });

    test('a transaction that is kept past its change writes nothing more', async () => {
      const stores = await fresh();
      const kept = await stores.change(async (transaction) => transaction);
      await expect(kept.write(sampleCluster('late'))).rejects.toThrow(UnavailableError);
      await expect(kept.recordChange(sampleChange('late'))).rejects.toThrow(UnavailableError);
      expect(await stores.read(keyOf('Cluster', 'late'))).toBeNull();
    });
  });
}
