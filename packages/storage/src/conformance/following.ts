import type { ConfigurationChanges, ConfigurationSnapshot, Epoch, StoredObject } from '@symbolon/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idOf } from '../object-key.ts';
import type { Stores } from '../stores.ts';
import type { FreshStores } from './open-stores.ts';
import { keyOf, sample, sampleCluster, sampleRule, sampleSystem, sampleTarget } from './samples.ts';

/** FollowConfiguration. */
export function describeFollowing(fresh: FreshStores): void {
  describe('following the configuration', () => {
    test('the epoch is that of the last change', async () => {
      const stores = await fresh();
      const epoch = await write(stores, 'a');
      expect(await stores.readEpoch()).toEqual(epoch);
      expect(await stores.readEpoch()).toEqual((await stores.readSnapshot()).epoch);
    });

    test('since the current epoch nothing has changed, of whatever history it is', async () => {
      const stores = await fresh();
      const epoch = await stores.readEpoch();
      expect(await stores.readChanges(epoch)).toEqual({ epoch, written: [], deleted: [] });
    });

    test('what changed is named once, as it is now', async () => {
      const stores = await fresh();
      const since = await write(stores, 'first');
      const { written: stored } = await stores.change(async (transaction) => ({
        written: [
          await transaction.write(sampleSystem('sys')),
          await transaction.write(sampleTarget('sys', 'vault')),
          await transaction.write(sampleRule('sys', 'allow')),
          await transaction.write(sample(keyOf('Revocation', 'stolen'))),
          await transaction.write(sampleCluster('production')),
        ],
      }));
      const second = await stores.change((transaction) =>
        transaction.write({ ...sampleRule('sys', 'allow'), description: 'newer' }),
      );
      await write(stores, 'gone');
      await stores.change((transaction) => transaction.delete(keyOf('Cluster', 'gone')));
      await stores.change((transaction) => transaction.delete(keyOf('Cluster', 'first')));
      const { epoch, written, deleted } = changes(await stores.readChanges(since));
      expect(epoch).toEqual(await stores.readEpoch());
      const expected = [...stored.filter(({ key }) => key.kind !== 'MappingRule'), second];
      expect(byKey(written)).toEqual(byKey(expected));
      expect(deleted.map(idOf).toSorted()).toEqual(
        [keyOf('Cluster', 'first'), keyOf('Cluster', 'gone')].map(idOf).toSorted(),
      );
    });

    test('objects of one name in two systems, or of two kinds, are told apart', async () => {
      const stores = await fresh();
      await stores.change(async (transaction) => {
        for (const system of ['a', 'b']) {
          await transaction.write(sampleSystem(system));
          await transaction.write(sampleRule(system, 'same'));
          await transaction.write(sampleTarget(system, 'same'));
        }
      });
      const since = await stores.readEpoch();
      await stores.change(async (transaction) => {
        await transaction.delete(keyOf('MappingRule', 'same', 'a'));
        await transaction.write(sampleTarget('b', 'same'));
      });
      const { written, deleted } = changes(await stores.readChanges(since));
      expect(written.map(({ key }) => key)).toEqual([keyOf('Target', 'same', 'b')]);
      expect(deleted).toEqual([keyOf('MappingRule', 'same', 'a')]);
    });

    test('a new credential of a cluster is a change of the cluster', async () => {
      const stores = await fresh();
      const since = await write(stores, 'production');
      for (const sealed of ['sealed', null]) {
        await stores.change((transaction) => transaction.writeClusterCredential('production', sealed));
        const { written } = changes(await stores.readChanges(since));
        expect(written.map(({ key }) => key.name)).toEqual(['production']);
      }
    });

    test('A62: an epoch that this history never had has no delta, though its number is known', async () => {
      const stores = await fresh();
      const first = await write(stores, 'a');
      const second = await write(stores, 'b');
      const strangers: readonly Epoch[] = [
        { ...first, id: 'cut-off' },
        { ...second, id: 'cut-off' },
        { number: second.number + 1, id: first.id },
        { number: second.number + 5, id: 'ahead' },
        { number: -1, id: first.id },
        { number: 0.5, id: first.id },
        { number: Number.MAX_SAFE_INTEGER, id: second.id },
      ];
      for (const since of strangers) expect(await stores.readChanges(since)).toBeNull();
    });

    test('A62: a delta is the difference of two snapshots, whatever was changed in between', async () => {
      const stores = await fresh();
      await write(stores, 'first');
      await fc.assert(
        fc.asyncProperty(fc.array(aChange, { minLength: 1, maxLength: 6 }), async (sequence) => {
          const before = await stores.readSnapshot();
          for (const steps of sequence) await apply(stores, steps);
          const after = await stores.readSnapshot();
          const delta = changes(await stores.readChanges(before.epoch));
          expect(delta.epoch).toEqual(after.epoch);
          expect(patched(before, delta)).toEqual(objectsOf(after));
        }),
        { numRuns: 25 },
      );
    });

    test('whoever listens hears of every change soon, and of nothing once it has stopped', async () => {
      const stores = await fresh();
      const heard: Epoch[] = [];
      let hasHeard = Promise.withResolvers<void>();
      const { stop } = stores.listenForEpochs((epoch) => {
        heard.push(epoch);
        hasHeard.resolve();
      });
      // A connection of its own has to be opened first: until then a change may go unheard.
      for (let round = 0; heard.length === 0 && round < 100; round += 1) {
        await write(stores, `round-${round}`);
        await Promise.race([hasHeard.promise, pause()]);
      }
      hasHeard = Promise.withResolvers();
      const epoch = await write(stores, 'last');
      while (heard.at(-1)?.id !== epoch.id) {
        await hasHeard.promise;
        hasHeard = Promise.withResolvers();
      }
      await stores.change(async () => {});
      await stop();
      const count = heard.length;
      await write(stores, 'unheard');
      await pause();
      expect(heard).toHaveLength(count);
    });
  });
}

type Step = {
  readonly kind: 'system' | 'target' | 'rule' | 'cluster' | 'credential';
  readonly at: number;
  readonly isGone: boolean;
};

const aChange = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind']>('system', 'target', 'rule', 'cluster', 'credential'),
    at: fc.nat({ max: 2 }),
    isGone: fc.boolean(),
  }),
  { maxLength: 4 },
);

async function apply(stores: Stores, steps: readonly Step[]): Promise<void> {
  await stores.change(async (transaction) => {
    for (const { kind, at, isGone } of steps) {
      const name = `n-${at}`;
      const object = {
        system: sampleSystem(name),
        target: sampleTarget('sys', name),
        rule: sampleRule('sys', name),
        cluster: sampleCluster(name),
        credential: sampleCluster(name),
      }[kind];
      if (object.key.identitySystem !== null) await transaction.write(sampleSystem('sys'));
      if (isGone) await transaction.delete(object.key);
      else await transaction.write(object);
      if (kind === 'credential' && !isGone) await transaction.writeClusterCredential(name, `sealed-${at}`);
    }
  });
}

function write(stores: Stores, cluster: string): Promise<Epoch> {
  return stores.change(async (transaction) => {
    await transaction.write(sampleCluster(cluster));
    return transaction.nextEpoch;
  });
}

function changes(found: ConfigurationChanges | null): ConfigurationChanges {
  if (found === null) throw new Error('there is no delta');
  return found;
}

function objectsOf({ clusters, identitySystems, targets, rules, revocations }: ConfigurationSnapshot) {
  return byKey([...clusters, ...identitySystems, ...targets, ...rules, ...revocations]);
}

function byKey(objects: readonly StoredObject[]) {
  return Object.fromEntries(objects.map((object) => [idOf(object.key), object]));
}

function patched(before: ConfigurationSnapshot, { written, deleted }: ConfigurationChanges) {
  const gone = new Set(deleted.map(idOf));
  const kept = Object.entries(objectsOf(before)).filter(([id]) => !gone.has(id));
  return { ...Object.fromEntries(kept), ...byKey(written) };
}

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
