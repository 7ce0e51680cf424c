import { type ConfigurationTransaction, UnavailableError } from '@symbolon/core';
import { describe, expect, test } from 'vitest';
import type { Stores } from '../stores.ts';
import type { FreshStores } from './open-stores.ts';
import { keyOf, sample, sampleCluster, sampleRule, sampleSystem, sampleTarget } from './samples.ts';

const VAULT = 'https://vault.example';

/** What holds between objects, even if whoever judges changes forgets to ask. */
export function describeConstraints(fresh: FreshStores): void {
  describe('constraints', () => {
    test('an audience names its target, and no other once the target gives it up', async () => {
      const stores = await withSystems(fresh);
      const vault = keyOf('Target', 'vault', 'a');
      await stores.change((transaction) => transaction.write(sampleTarget('a', 'vault', [VAULT, 'vault'])));
      expect(await findTarget(stores, VAULT)).toEqual(vault);
      expect(await findTarget(stores, 'vault')).toEqual(vault);
      expect(await findTarget(stores, VAULT.toUpperCase())).toBeNull();
      await stores.change((transaction) => transaction.write(sampleTarget('a', 'vault', ['vault', 'new'])));
      expect(await findTarget(stores, VAULT)).toBeNull();
      expect(await findTarget(stores, 'vault')).toEqual(vault);
      expect(await findTarget(stores, 'new')).toEqual(vault);
    });

    test.each([
      ["another team's", 'b', 'mine'],
      ['another target of the same system', 'a', 'mine'],
    ])('A61: a target cannot claim an audience that is %s', async (_, system, name) => {
      const stores = await withSystems(fresh);
      await stores.change((transaction) => transaction.write(sampleTarget('a', 'vault', [VAULT])));
      await refuses(stores, (transaction) => transaction.write(sampleTarget(system, name, ['own', VAULT])));
      expect(await findTarget(stores, VAULT)).toEqual(keyOf('Target', 'vault', 'a'));
      expect(await findTarget(stores, 'own')).toBeNull();
    });

    test('an audience named twice by one target is one', async () => {
      const stores = await withSystems(fresh);
      const stored = await stores.change((transaction) =>
        transaction.write(sampleTarget('a', 'vault', [VAULT, VAULT])),
      );
      expect(stored.spec.audiences).toEqual([VAULT, VAULT]);
      expect(await findTarget(stores, VAULT)).toEqual(stored.key);
    });

    test('deleting a target frees its audiences', async () => {
      const stores = await withSystems(fresh);
      await stores.change((transaction) => transaction.write(sampleTarget('a', 'vault', [VAULT])));
      await stores.change((transaction) => transaction.delete(keyOf('Target', 'vault', 'a')));
      expect(await findTarget(stores, VAULT)).toBeNull();
      await stores.change((transaction) => transaction.write(sampleTarget('b', 'mine', [VAULT])));
      expect(await findTarget(stores, VAULT)).toEqual(keyOf('Target', 'mine', 'b'));
    });

    test.each([
      ['target', sampleTarget('a', 'vault')],
      ['rule', sampleRule('a', 'allow')],
    ])('an identity system cannot be deleted while it owns a %s', async (_, object) => {
      const stores = await withSystems(fresh);
      await stores.change((transaction) => transaction.write<'Target' | 'MappingRule'>(object));
      await refuses(stores, (transaction) => transaction.delete(keyOf('IdentitySystem', 'a')));
      await stores.change(async (transaction) => {
        await transaction.delete(object.key);
        await transaction.delete(keyOf('IdentitySystem', 'a'));
      });
      expect(await stores.read(keyOf('IdentitySystem', 'a'))).toBeNull();
    });

    test('nothing is owned by an identity system that does not exist', async () => {
      const stores = await withSystems(fresh);
      await refuses(stores, (transaction) => transaction.write(sampleTarget('nobody', 'vault')));
      await refuses(stores, (transaction) => transaction.write(sampleRule('nobody', 'allow')));
    });

    test('a key of the wrong shape is refused: an owned kind without owner, another with one', async () => {
      const stores = await withSystems(fresh);
      await refuses(stores, (transaction) => transaction.write(sample(keyOf('MappingRule', 'allow'))));
      await refuses(stores, (transaction) => transaction.write(sample(keyOf('Cluster', 'production', 'a'))));
    });

    test.each([
      ['U+0000', '\0'],
      ['half a surrogate pair', '\ud800'],
    ])('an object with text that no database can store is refused, not changed: %s', async (_, text) => {
      const stores = await withSystems(fresh);
      const key = keyOf('Cluster', 'production');
      await refuses(stores, (transaction) => transaction.write(sample(key, { description: text })));
      await refuses(stores, (transaction) => transaction.write(sample(key, { labels: { [text]: '' } })));
      await refuses(stores, (transaction) => transaction.write(sample(key, { spec: { displayName: text } })));
    });

    test("a cluster's credential is kept apart, replaced, cleared, and gone with its cluster", async () => {
      const stores = await fresh();
      const sealed = () => stores.readClusterCredential('production');
      const seal = (value: string | null) =>
        stores.change((transaction) => transaction.writeClusterCredential('production', value));
      await stores.change((transaction) => transaction.write(sampleCluster('production')));
      expect(await sealed()).toBeNull();
      await seal('sealed-1');
      await seal('sealed-2');
      expect(await sealed()).toBe('sealed-2');
      expect(JSON.stringify(await stores.readSnapshot())).not.toContain('sealed-2');
      await seal(null);
      expect(await sealed()).toBeNull();
      await seal('sealed-3');
      await stores.change((transaction) => transaction.write(sampleCluster('production')));
      expect(await sealed()).toBe('sealed-3');
      await stores.change((transaction) => transaction.delete(keyOf('Cluster', 'production')));
      expect(await sealed()).toBeNull();
      await stores.change((transaction) => transaction.write(sampleCluster('production')));
      expect(await sealed()).toBeNull();
    });

    test('no credential is kept for a cluster that does not exist', async () => {
      const stores = await fresh();
      await refuses(stores, (transaction) => transaction.writeClusterCredential('nowhere', 'sealed'));
      expect(await stores.readClusterCredential('nowhere')).toBeNull();
    });
  });
}

async function withSystems(fresh: FreshStores): Promise<Stores> {
  const stores = await fresh();
  await stores.change(async (transaction) => {
    await transaction.write(sampleSystem('a'));
    await transaction.write(sampleSystem('b'));
  });
  return stores;
}

async function refuses(
  stores: Stores,
  work: (transaction: ConfigurationTransaction) => Promise<unknown>,
): Promise<void> {
  const before = await stores.readSnapshot();
  const failure = await stores.change(work).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UnavailableError);
  expect(failure).toMatchObject({ reason: 'internal_error' });
  expect(await stores.readSnapshot()).toEqual(before);
}

function findTarget(stores: Stores, audience: string) {
  return stores.change((transaction) => transaction.findTargetByAudience(audience));
}
